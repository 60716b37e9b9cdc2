package dev.concordat.simulator;

import dev.concordat.simulator.tls.HandshakeKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Listens for HTTPS, and can forget its clients so that they shake hands anew. */
final class HttpsServer {

  private final HttpServer server;
  private final KeyCertOptions keys;
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();

  HttpsServer(Vertx vertx, Front front, HandshakeKeys handshakeKeys, String address) {
    keys = KeyCertOptions.wrap(handshakeKeys.factory());
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(keys)
                    .setCompressionSupported(true)
                    .setMaxHeaderSize(64 * 1024)
                    .setHost(address))
            .requestHandler(front.router(vertx))
            .connectionHandler(
                connection -> {
                  connections.add(connection);
                  connection.closeHandler(_ -> connections.remove(connection));
                });
  }

  /** Listens; the port that it got. */
  Future<Integer> listen(int port) {
    return server.listen(port).map(HttpServer::actualPort);
  }

  /** Ends every connection, and every session that could be resumed without a certificate. */
  Future<Void> forgetClients() {
    return server
        .updateSSLOptions(new SSLOptions().setKeyCertOptions(keys), true)
        .compose(
            _ -> Future.join(List.copyOf(connections).stream().map(HttpConnection::close).toList()))
        .otherwiseEmpty()
        .mapEmpty();
  }
}
