package dev.concordat.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.concordat.outbound.OutboundFailure.Reason;
import dev.concordat.outbound.OutboundFailure.TlsProblem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The guard against a server that does what it likes, over real TLS. */
class GuardedHttpTest {

  private static final Vertx VERTX = Vertx.vertx();
  private static final List<String> SEEN = new CopyOnWriteArrayList<>();

  private static String authority;
  private static int port;
  private static int plainPort;
  private static GuardedHttp guard;

  private record Pem(String certificate, String key) {}

  @BeforeAll
  static void serve() throws Exception {
    Pem good = pem("localhost", Duration.ofHours(-1), Duration.ofDays(1));
    authority = good.certificate;
    port = listen(good);
    plainPort =
        VERTX
            .createHttpServer()
            .requestHandler(GuardedHttpTest::answer)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
    guard = guard(List.of("127.0.0.0/8"));
  }

  @AfterAll
  static void stop() throws Exception {
    guard.close();
    VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void an_answer_comes_with_status_headers_body_chain_and_times() throws Exception {
    OutboundAnswer answer = guard.send(request("/plain").header("X-Asked", "yes"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.all("X-Twice")).containsExactly("1", "2");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("hello");
    assertThat(answer.chain()).hasSize(1);
    assertThat(answer.timings().total()).isNotNegative();
    assertThat(SEEN).contains("/plain yes localhost:" + port);
  }

  @Test
  void loopback_is_refused_unless_it_is_allowed() throws Exception {
    try (var strict = guard(List.of())) {
      OutboundFailure failure =
          catchThrowableOfType(OutboundFailure.class, () -> strict.send(request("/plain")));
      assertThat(failure.reason()).isInstanceOf(Reason.RefusedAddress.class);
      assertThat(failure.sentence()).contains("localhost").contains("loopback");
    }
  }

  @Test
  void plain_http_user_info_and_foreign_schemes_are_refused() {
    for (String url :
        List.of(
            "http://localhost:" + plainPort + "/plain",
            "https://user:secret@localhost:" + port + "/plain",
            "ftp://localhost/",
            "file:///etc/passwd",
            "https:///nohost")) {
      OutboundFailure failure =
          catchThrowableOfType(
              OutboundFailure.class, () -> guard.send(OutboundRequest.get(URI.create(url))));
      assertThat(failure).as(url).isNotNull();
      assertThat(failure.reason()).as(url).isInstanceOf(Reason.RefusedUrl.class);
      assertThat(failure.sentence()).doesNotContain("secret");
    }
  }

  @Test
  void plain_http_works_where_it_is_allowed() throws Exception {
    var request =
        OutboundRequest.get(URI.create("http://localhost:" + plainPort + "/plain"))
            .allowingHttp(true);

    assertThat(guard.send(request).status()).isEqualTo(200);
  }

  @Test
  void a_hundred_megabytes_are_not_read() {
    OutboundFailure failure = failure(request("/endless"));

    assertThat(failure.reason()).isEqualTo(new Reason.TooLarge(64 * 1024));
  }

  @Test
  void a_compressed_bomb_is_bounded_by_what_it_unpacks_to() {
    assertThat(failure(request("/bomb").header("Accept-Encoding", "gzip")).reason())
        .isInstanceOf(Reason.TooLarge.class);
  }

  @Test
  void a_byte_now_and_then_ends_at_the_time_out_of_the_whole() {
    var hurried = request("/drip").within(new Limits(Duration.ofMillis(700), 1024));

    assertThat(failure(hurried).reason()).isInstanceOf(Reason.TimedOut.class);
  }

  @Test
  void silence_after_the_headers_ends_there_too() {
    var hurried = request("/hang").within(new Limits(Duration.ofMillis(500), 1024));

    assertThat(failure(hurried).reason()).isInstanceOf(Reason.TimedOut.class);
  }

  @Test
  void a_connection_that_breaks_in_the_answer_is_told_as_lost() {
    assertThat(failure(request("/reset")).reason()).isInstanceOf(Reason.ConnectionLost.class);
  }

  @RepeatedTest(20) // an answer without a body once got lost between two threads
  void redirects_are_handed_over_followed_or_refused_by_the_rule() throws Exception {
    assertThat(guard.send(request("/to/plain")).status()).isEqualTo(302);
    assertThat(guard.send(request("/to/plain").following(RedirectRule.SAME_ORIGIN)).uri().getPath())
        .isEqualTo("/plain");
    assertThat(failure(request("/to/http").following(RedirectRule.CHECKED)).reason())
        .isInstanceOf(Reason.RefusedRedirect.class);
    assertThat(failure(request("/to/other").following(RedirectRule.SAME_ORIGIN)).reason())
        .isInstanceOf(Reason.RefusedRedirect.class);
    assertThat(failure(request("/to/metadata").following(RedirectRule.CHECKED)).reason())
        .isInstanceOf(Reason.RefusedAddress.class);
    assertThat(failure(request("/to/circle").following(RedirectRule.CHECKED)).reason())
        .isInstanceOf(Reason.TooManyRedirects.class);
  }

  @Test
  void nobody_listening_and_nobody_known_are_told_apart() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    assertThat(
            failure(OutboundRequest.get(URI.create("https://localhost:" + closed + "/"))).reason())
        .isInstanceOf(Reason.ConnectFailed.class);
    assertThat(failure(OutboundRequest.get(URI.create("https://nowhere.invalid/"))).reason())
        .isInstanceOf(Reason.UnknownHost.class);
  }

  @Test
  void a_stranger_an_expired_one_and_one_of_another_name_are_told_apart() throws Exception {
    int stranger = listen(pem("localhost", Duration.ofHours(-1), Duration.ofDays(1)));
    assertThat(tls(stranger, null)).isEqualTo(TlsProblem.UNTRUSTED_ROOT);

    Pem expired = pem("localhost", Duration.ofDays(-9), Duration.ofDays(-2));
    assertThat(tls(listen(expired), expired.certificate)).isEqualTo(TlsProblem.EXPIRED);

    Pem early = pem("localhost", Duration.ofDays(2), Duration.ofDays(9));
    assertThat(tls(listen(early), early.certificate)).isEqualTo(TlsProblem.NOT_YET_VALID);

    Pem other = pem("elsewhere.litwareinc.com", Duration.ofHours(-1), Duration.ofDays(1));
    assertThat(tls(listen(other), other.certificate)).isEqualTo(TlsProblem.NAME_MISMATCH);

    assertThat(tls(plainPort, null)).isEqualTo(TlsProblem.HANDSHAKE);
  }

  @Test
  void a_bundle_with_the_request_is_trusted_for_that_request_alone() throws Exception {
    Pem own = pem("localhost", Duration.ofHours(-1), Duration.ofDays(1));
    URI url = URI.create("https://localhost:" + listen(own) + "/plain");

    assertThat(guard.send(OutboundRequest.get(url).trusting(own.certificate)).status())
        .isEqualTo(200);
    assertThat(failure(OutboundRequest.get(url)).reason()).isInstanceOf(Reason.TlsFailed.class);
  }

  private static TlsProblem tls(int at, String bundle) {
    OutboundFailure failure =
        failure(
            OutboundRequest.get(URI.create("https://localhost:" + at + "/plain")).trusting(bundle));
    assertThat(failure.reason()).isInstanceOf(Reason.TlsFailed.class);
    return ((Reason.TlsFailed) failure.reason()).problem();
  }

  private static OutboundFailure failure(OutboundRequest request) {
    OutboundFailure failure =
        catchThrowableOfType(OutboundFailure.class, () -> guard.send(request));
    assertThat(failure).as(request.toString()).isNotNull();
    return failure;
  }

  private static OutboundRequest request(String path) {
    return OutboundRequest.get(URI.create("https://localhost:" + port + path));
  }

  private static GuardedHttp guard(List<String> allowed) throws Exception {
    Path bundle = java.nio.file.Files.createTempFile("ca", ".pem");
    bundle.toFile().deleteOnExit();
    java.nio.file.Files.writeString(bundle, authority);
    return new GuardedHttp(
        VERTX,
        new OutboundSettings() {
          @Override
          public Optional<List<String>> allowedAddresses() {
            return Optional.of(allowed);
          }

          @Override
          public Optional<Path> caBundle() {
            return Optional.of(bundle);
          }

          @Override
          public Duration connectTimeout() {
            return Duration.ofSeconds(2);
          }

          @Override
          public Duration requestTimeout() {
            return Duration.ofSeconds(10);
          }

          @Override
          public int maxAnswerBytes() {
            return 64 * 1024;
          }

          @Override
          public int maxRedirects() {
            return 3;
          }
        });
  }

  private static int listen(Pem pem) throws Exception {
    return VERTX
        .createHttpServer(
            new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .setCertValue(Buffer.buffer(pem.certificate))
                        .setKeyValue(Buffer.buffer(pem.key))))
        .requestHandler(GuardedHttpTest::answer)
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private static void answer(HttpServerRequest request) {
    SEEN.add(request.path() + " " + request.getHeader("X-Asked") + " " + request.getHeader("Host"));
    var response = request.response();
    switch (request.path()) {
      case "/plain" -> {
        response.headers().add("X-Twice", "1").add("X-Twice", "2");
        response.end("hello");
      }
      case "/endless" -> {
        response.setChunked(true);
        Buffer megabyte = Buffer.buffer(new byte[1024 * 1024]);
        VERTX.setPeriodic(
            1,
            timer -> {
              if (response.closed() || response.bytesWritten() > 100L * 1024 * 1024) {
                VERTX.cancelTimer(timer);
              } else if (!response.writeQueueFull()) {
                response.write(megabyte);
              }
            });
      }
      case "/bomb" -> response.putHeader("Content-Encoding", "gzip").end(Buffer.buffer(zipped()));
      case "/drip" -> {
        response.setChunked(true);
        VERTX.setPeriodic(
            100,
            timer -> {
              if (response.closed()) {
                VERTX.cancelTimer(timer);
              } else {
                response.write("x");
              }
            });
      }
      case "/hang" -> response.putHeader("Content-Length", "10").write("x");
      case "/reset" -> {
        response.putHeader("Content-Length", "10").write("x");
        VERTX.setTimer(50, _ -> request.connection().close());
      }
      case "/to/plain" -> response.setStatusCode(302).putHeader("Location", "/plain").end();
      case "/to/circle" -> response.setStatusCode(302).putHeader("Location", "/to/circle").end();
      case "/to/http" ->
          response
              .setStatusCode(302)
              .putHeader("Location", "http://localhost:" + plainPort + "/plain")
              .end();
      case "/to/other" ->
          response
              .setStatusCode(302)
              .putHeader("Location", "https://localhost:" + plainPort + "/plain")
              .end();
      case "/to/metadata" ->
          response
              .setStatusCode(302)
              .putHeader("Location", "https://169.254.169.254/latest/meta-data/")
              .end();
      default -> response.setStatusCode(404).end();
    }
  }

  private static byte[] zipped() {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < 64; i++) {
        gzip.write(new byte[1024 * 1024]);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Pem pem(String host, Duration from, Duration to) throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    var name = new X500Name("CN=" + host);
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(System.nanoTime()),
            Date.from(Instant.now().plus(from)),
            Date.from(Instant.now().plus(to)),
            name,
            keys.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
    var certificate =
        builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()));
    return new Pem(write(certificate), write(new JcaPKCS8Generator(keys.getPrivate(), null)));
  }

  private static String write(Object what) throws Exception {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(what);
    }
    return text.toString();
  }
}
