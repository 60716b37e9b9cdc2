package dev.concordat.outbound;

import static dev.concordat.outbound.Pem.address;
import static dev.concordat.outbound.Pem.host;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.concordat.outbound.OutboundFailure.Reason;
import dev.concordat.outbound.OutboundFailure.TlsProblem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The guard against a server that does what it likes, over real TLS: the same must hold whichever
 * version of HTTP is agreed on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GuardedHttpContract {

  final Vertx vertx = Vertx.vertx();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  final List<Object> connections = new CopyOnWriteArrayList<>();
  private volatile @Nullable HttpServerResponse slowest;
  final List<HttpVersion> versions = new CopyOnWriteArrayList<>();

  Pem good;
  int port;
  private int plainPort;
  GuardedHttp guard;

  /** What the server speaks. */
  abstract HttpVersion version();

  @BeforeAll
  void serve() throws Exception {
    good = Pem.of(host("localhost"), address("127.0.0.1"));
    port = listen(good);
    plainPort =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
    guard = guard("127.0.0.0/8");
  }

  @AfterAll
  void stop() throws Exception {
    guard.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void an_answer_comes_with_status_headers_body_chain_and_times() throws Exception {
    OutboundAnswer answer = guard.send(request("/plain").header("X-Asked", "yes"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.all("X-Twice")).containsExactly("1", "2");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("hello");
    assertThat(answer.chain()).hasSize(1);
    assertThat(answer.timings().total()).isNotNegative();
    assertThat(answer.address()).isEqualTo(ip("127.0.0.1"));
    assertThat(versions.getLast()).isEqualTo(version());
    assertThat(seen).contains("/plain yes localhost:" + port);
  }

  @Test
  void loopback_is_refused_unless_it_is_allowed() throws Exception {
    try (var strict = guard()) {
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.2.:1/",
        "https://2852039166/",
        "https://0xa9fea9fe/",
        "https://0xa9.0xfe.0xa9.0xfe/",
        "https://0251.0376.0251.0376/",
        "https://0251.254.169.254/",
        "https://169.254.43518/",
        "https://169.254.169.254/",
        "https://169.254.169.254./",
        "https://[::ffff:169.254.169.254]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[::ffff:0:a9fe:a9fe]/",
        "https://[2002:a9fe:a9fe::1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[64:ff9b:1:a9fe:a9:fe00::]/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fe80::1]/",
        "https://[fe80::1%251]/",
        "https://[fe80::1%1]/",
        "https://[fe80::1%25nowhere]/",
        "https://[fd00:ec2::254]/",
        "https://[fd00:ec2::254%1]/",
        "https://0/",
        "https://localhost:0/",
        "https://localhost:65536/",
        "https://user@localhost/",
        "https://loc%61lhost/",
        "https://127\u30020\u30020\u30022/",
        "https://\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54/",
        "//169.254.169.254/",
        "data:text/plain,hello",
        "https://"
      })
  void a_redirect_to_where_requests_do_not_go_is_refused_however_it_is_written(String to) {
    var request = request("/to?" + URLEncoder.encode(to, StandardCharsets.UTF_8));

    assertThat(failure(request.following(RedirectRule.CHECKED)).reason())
        .isInstanceOfAny(
            Reason.RefusedAddress.class,
            Reason.RefusedUrl.class,
            Reason.RefusedRedirect.class,
            Reason.UnknownHost.class);
  }

  @Test
  void a_redirect_to_another_host_takes_no_credentials_along() throws Exception {
    var request =
        request("/to?https://127.0.0.1:" + port + "/plain")
            .header("Authorization", "Bearer secret")
            .header("X-Asked", "yes")
            .following(RedirectRule.CHECKED);

    assertThat(guard.send(request).uri().getHost()).isEqualTo("127.0.0.1");
    assertThat(authorizations.getLast()).isEqualTo("/plain null");
    assertThat(seen.getLast()).startsWith("/plain yes");

    guard.send(
        request("/to/plain")
            .header("Authorization", "Bearer secret")
            .following(RedirectRule.CHECKED));
    assertThat(authorizations.getLast()).isEqualTo("/plain Bearer secret");
  }

  @Test
  void what_a_redirect_holds_besides_host_and_path_is_not_told() {
    var failure =
        failure(request("/to?http://localhost/x%3Fstate=secret").following(RedirectRule.CHECKED));

    assertThat(failure.sentence()).contains("http://localhost/x").doesNotContain("secret");
  }

  @Test
  void a_final_dot_is_no_part_of_the_name_that_the_server_proves() throws Exception {
    URI url = URI.create("https://localhost.:" + port + "/plain");

    try (var absolute = resolving(_ -> List.of(ip("127.0.0.1")))) {
      assertThat(absolute.send(OutboundRequest.get(url)).status()).isEqualTo(200);
    }
    assertThat(seen.getLast()).endsWith(" localhost:" + port);
  }

  @Test
  void a_name_in_other_letters_is_refused_with_its_ascii_form() {
    var failure = failure(OutboundRequest.get(URI.create("https://b\u00fccher.example/")));

    assertThat(failure.reason()).isInstanceOf(Reason.RefusedUrl.class);
    assertThat(failure.sentence()).contains("xn--bcher-kva.example");
  }

  @Test
  void an_address_literal_must_stand_in_the_certificate() throws Exception {
    URI url = URI.create("https://127.0.0.1:" + port + "/plain");
    assertThat(guard.send(OutboundRequest.get(url)).status()).isEqualTo(200);

    int other = listen(Pem.of(host("localhost")));
    var failure = failure(OutboundRequest.get(URI.create("https://127.0.0.1:" + other + "/")));
    assertThat(failure.reason()).isInstanceOf(Reason.TlsFailed.class);
  }

  @Test
  void letters_beyond_ascii_end_no_request_line() throws Exception {
    // Cut to bytes, U+010D and U+010A are a line end.
    URI url = URI.create("https://localhost:" + port + "/plain\u010d\u010aX");

    assertThat(guard.send(OutboundRequest.get(url)).status()).isEqualTo(404);
  }

  @Test
  void gzip_is_asked_for_and_unpacked_and_no_longer_told() throws Exception {
    OutboundAnswer answer = guard.send(request("/packed"));

    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("gzip asked for");
    assertThat(answer.header("content-encoding")).isEmpty();
  }

  @Test
  void a_name_may_have_several_addresses_of_which_some_do_not_answer() throws Exception {
    try (var some = resolving(_ -> List.of(ip("127.0.0.9"), ip("127.0.0.1")))) {
      assertThat(some.send(request("/plain")).address()).isEqualTo(ip("127.0.0.1"));
    }
  }

  @Test
  void one_refused_address_among_good_ones_is_enough() throws Exception {
    try (var some = resolving(_ -> List.of(ip("127.0.0.1"), ip("169.254.169.254")))) {
      assertThat(failure(some, request("/plain")).reason())
          .isEqualTo(new Reason.RefusedAddress("169.254.169.254"));
    }
  }

  @Test
  void the_address_that_was_checked_is_the_one_connected_to() throws Exception {
    var asked = new AtomicInteger();
    // The name server changes its mind at once: what it says second is not even asked for.
    try (var rebound =
            new GuardedHttp(
                vertx,
                Settings.strict().allowing("127.0.0.2/32").trusting(good),
                _ -> List.of(asked.getAndIncrement() == 0 ? ip("127.0.0.2") : ip("127.0.0.1")),
                _ -> null);
        var victim = new RawServer("127.0.0.1", 0, RawServer::untilGone)) {
      listen(good, "127.0.0.2", victim.port());
      URI url = URI.create("https://localhost:" + victim.port() + "/plain");

      assertThat(rebound.send(OutboundRequest.get(url)).address()).isEqualTo(ip("127.0.0.2"));
      assertThat(asked).hasValue(1);
      assertThat(victim.connections()).isZero();
      assertThat(failure(rebound, OutboundRequest.get(url)).reason())
          .isEqualTo(new Reason.RefusedAddress("127.0.0.1"));
    }
  }

  @Test
  void a_name_server_that_is_silent_ends_with_the_time_of_the_request() throws Exception {
    var never = new CountDownLatch(1);
    try (var hanging =
        resolving(
            _ -> {
              try {
                never.await();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
              return List.of();
            })) {
      var hurried = request("/plain").within(new Limits(Duration.ofMillis(300), 1024));
      assertThat(failure(hanging, hurried).reason()).isInstanceOf(Reason.TimedOut.class);
    }
  }

  @Test
  void headers_beyond_measure_are_not_read() {
    assertThat(failure(request("/headers/large")).reason())
        .isInstanceOf(Reason.ConnectionLost.class);
    assertThat(failure(request("/headers/many")).reason())
        .isInstanceOf(Reason.ConnectionLost.class);
  }

  @Test
  void a_connection_that_kept_silent_is_not_used_again() throws Exception {
    var hurried = request("/silence").within(new Limits(Duration.ofMillis(300), 1024));
    assertThat(failure(hurried).reason()).isInstanceOf(Reason.TimedOut.class);
    Object silent = connections.getLast();

    guard.send(request("/plain"));

    assertThat(connections.getLast()).isNotSameAs(silent);
  }

  @Test
  void a_request_given_up_while_connecting_is_not_sent_later() throws Exception {
    var late = new CountDownLatch(1);
    try (var relay =
        new RawServer(
            client -> {
              late.await();
              RawServer.relay(client, port);
            })) {
      URI url = URI.create("https://localhost:" + relay.port());
      var hurried =
          OutboundRequest.get(url.resolve("/abandoned"))
              .within(new Limits(Duration.ofMillis(300), 1024));
      assertThat(failure(hurried).reason()).isInstanceOf(Reason.TimedOut.class);
      late.countDown();

      guard.send(OutboundRequest.get(url.resolve("/plain")));

      assertThat(seen).noneMatch(it -> it.startsWith("/abandoned"));
    }
  }

  @Test
  void connections_to_one_host_are_bounded_and_used_again() throws Exception {
    connections.clear();
    try (var askers = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<OutboundAnswer>>();
      for (int i = 0; i < 300; i++) {
        answers.add(askers.submit(() -> guard.send(request("/plain"))));
      }
      for (var answer : answers) {
        assertThat(answer.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
      }
    }
    assertThat(Set.copyOf(connections)).hasSizeLessThanOrEqualTo(64);
  }

  @Test
  void a_request_that_runs_outlasts_a_crowd_of_other_bundles() throws Exception {
    try (var askers = Executors.newVirtualThreadPerTaskExecutor()) {
      // Seventy handshakes may take a busy machine longer than a request may.
      OutboundRequest patient =
          request("/slow")
              .trusting(good.certificate())
              .within(new Limits(Duration.ofMinutes(2), 64 * 1024));
      var slow = askers.submit(() -> guard.send(patient));
      await().until(() -> slowest != null);
      for (int i = 1; i <= 70; i++) {
        String bundle = good.certificate() + "\n".repeat(i);
        assertThat(guard.send(request("/plain").trusting(bundle)).status()).isEqualTo(200);
      }
      slowest.end("at last");
      assertThat(slow.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
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
    int stranger = listen(Pem.of(host("localhost")));
    assertThat(tls(stranger, null)).isEqualTo(TlsProblem.UNTRUSTED_ROOT);

    Pem expired = Pem.of(Duration.ofDays(-9), Duration.ofDays(-2), host("localhost"));
    assertThat(tls(listen(expired), expired.certificate())).isEqualTo(TlsProblem.EXPIRED);

    Pem early = Pem.of(Duration.ofDays(2), Duration.ofDays(9), host("localhost"));
    assertThat(tls(listen(early), early.certificate())).isEqualTo(TlsProblem.NOT_YET_VALID);

    Pem other = Pem.of(host("elsewhere.litwareinc.com"));
    assertThat(tls(listen(other), other.certificate())).isEqualTo(TlsProblem.NAME_MISMATCH);

    assertThat(tls(plainPort, null)).isEqualTo(TlsProblem.HANDSHAKE);
  }

  @Test
  void a_bundle_with_the_request_is_trusted_for_that_request_alone() throws Exception {
    Pem own = Pem.of(host("localhost"));
    URI url = URI.create("https://localhost:" + listen(own) + "/plain");

    assertThat(guard.send(OutboundRequest.get(url).trusting(own.certificate())).status())
        .isEqualTo(200);
    assertThat(failure(OutboundRequest.get(url)).reason()).isInstanceOf(Reason.TlsFailed.class);
  }

  private TlsProblem tls(int at, String bundle) {
    OutboundFailure failure =
        failure(
            OutboundRequest.get(URI.create("https://localhost:" + at + "/plain")).trusting(bundle));
    assertThat(failure.reason()).isInstanceOf(Reason.TlsFailed.class);
    return ((Reason.TlsFailed) failure.reason()).problem();
  }

  @SuppressWarnings("AddressSelection") // literals have one address
  static InetAddress ip(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }

  GuardedHttp resolving(NameLookup.Resolver resolver) throws Exception {
    return new GuardedHttp(
        vertx, Settings.strict().allowing("127.0.0.0/8").trusting(good), resolver, _ -> null);
  }

  OutboundFailure failure(OutboundRequest request) {
    return failure(guard, request);
  }

  static OutboundFailure failure(GuardedHttp by, OutboundRequest request) {
    OutboundFailure failure = catchThrowableOfType(OutboundFailure.class, () -> by.send(request));
    assertThat(failure).as(request.toString()).isNotNull();
    return failure;
  }

  OutboundRequest request(String path) {
    return OutboundRequest.get(URI.create("https://localhost:" + port + path));
  }

  GuardedHttp guard(String... allowed) throws Exception {
    return new GuardedHttp(vertx, Settings.strict().allowing(allowed).trusting(good));
  }

  int listen(Pem pem) throws Exception {
    return listen(pem, "127.0.0.1", 0);
  }

  private int listen(Pem pem, String address, int at) throws Exception {
    return vertx
        .createHttpServer(
            new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(version() == HttpVersion.HTTP_2)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .setCertValue(Buffer.buffer(pem.certificate()))
                        .setKeyValue(Buffer.buffer(pem.key()))))
        .requestHandler(this::answer)
        .listen(at, address)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private void answer(HttpServerRequest request) {
    versions.add(request.version());
    seen.add(request.path() + " " + request.getHeader("X-Asked") + " " + request.authority());
    authorizations.add(request.path() + " " + request.getHeader("Authorization"));
    connections.add(request.connection());
    var response = request.response();
    switch (request.path()) {
      case "/plain" -> {
        response.headers().add("X-Twice", "1").add("X-Twice", "2");
        response.end("hello");
      }
      case "/endless" -> {
        response.setChunked(true);
        Buffer megabyte = Buffer.buffer(new byte[1024 * 1024]);
        vertx.setPeriodic(
            1,
            timer -> {
              if (response.closed() || response.bytesWritten() > 100L * 1024 * 1024) {
                vertx.cancelTimer(timer);
              } else if (!response.writeQueueFull()) {
                response.write(megabyte);
              }
            });
      }
      case "/bomb" ->
          response
              .putHeader("Content-Encoding", "gzip")
              .end(Buffer.buffer(zipped(new byte[1024 * 1024], 40)));
      case "/drip" -> {
        response.setChunked(true);
        vertx.setPeriodic(
            100,
            timer -> {
              if (response.closed()) {
                vertx.cancelTimer(timer);
              } else {
                response.write("x");
              }
            });
      }
      case "/hang" -> response.putHeader("Content-Length", "10").write("x");
      case "/reset" -> {
        response.putHeader("Content-Length", "10").write("x");
        vertx.setTimer(50, _ -> response.reset());
      }
      case "/silence" -> {}
      case "/slow" -> slowest = response;
      case "/headers/large" -> response.putHeader("X-Large", "x".repeat(40_000)).end();
      case "/headers/many" -> {
        for (int i = 0; i < 5_000; i++) {
          response.headers().add("X-" + i, "x");
        }
        response.end();
      }
      case "/packed" ->
          response
              .putHeader("Content-Encoding", "gzip")
              .end(
                  Buffer.buffer(
                      zipped(
                          (request.getHeader("Accept-Encoding") + " asked for")
                              .getBytes(StandardCharsets.UTF_8),
                          1)));
      case "/to" ->
          response
              .setStatusCode(302)
              .putHeader("Location", URLDecoder.decode(request.query(), StandardCharsets.UTF_8))
              .end();
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

  private static byte[] zipped(byte[] what, int times) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < times; i++) {
        gzip.write(what);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
