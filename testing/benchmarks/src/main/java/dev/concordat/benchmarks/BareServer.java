package dev.concordat.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;

/**
 * What an HTTPS server costs that does nothing: it answers every request with the same 2,000 bytes
 * of XML. The reference of what the simulated Exchange does for its answers.
 */
final class BareServer {

  private static final int ANSWER = 2_000;

  private BareServer() {}

  @SuppressWarnings("SystemOut") // what a process says to whoever started it
  public static void main(String[] arguments) {
    SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
    Runtime.getRuntime().addShutdownHook(new Thread(certificate::delete));
    Buffer answer = Buffer.buffer("<x>" + "x".repeat(ANSWER - 7) + "</x>");
    Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2))
        .createHttpServer(
            new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(certificate.keyCertOptions())
                .setCompressionSupported(true))
        .requestHandler(
            request ->
                request.bodyHandler(
                    _ ->
                        request
                            .response()
                            .putHeader("Content-Type", "text/xml; charset=utf-8")
                            .end(answer)))
        .listen(0, "127.0.0.1")
        .onSuccess(
            it ->
                System.out.printf(
                    "Bare server at https://localhost:%d, 127.0.0.1:0%n", it.actualPort()))
        .onFailure(e -> System.exit(1));
  }
}
