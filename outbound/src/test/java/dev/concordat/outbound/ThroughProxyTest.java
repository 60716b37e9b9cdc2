package dev.concordat.outbound;

import static dev.concordat.outbound.GuardedHttpContract.failure;
import static dev.concordat.outbound.GuardedHttpContract.ip;
import static dev.concordat.outbound.Pem.host;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.outbound.OutboundFailure.Reason;
import dev.concordat.outbound.OutboundFailure.TlsProblem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The guard behind a proxy that is a real one, or behaves as bad ones do. */
class ThroughProxyTest {

  private static final Vertx VERTX = Vertx.vertx();
  private static final List<String> HEADS = new CopyOnWriteArrayList<>();
  private static final URI PARTNER = URI.create("https://mail.litwareinc.com/metadata");

  /** Only the proxy's network knows the partner. */
  private static final NameLookup.Resolver HERE =
      name ->
          switch (name) {
            case "proxy.contoso.com" -> List.of(ip("127.0.0.1"));
            case "localhost" -> List.of(ip("127.0.0.1"));
            case "rebound.litwareinc.com" -> List.of(ip("169.254.169.254"));
            case "known.litwareinc.com" -> List.of(ip("203.0.113.7"));
            default -> throw new UnknownHostException(name);
          };

  private static Pem partner;
  private static int partnerPort;
  private static RawServer proxy;

  @BeforeAll
  static void serve() throws Exception {
    partner = Pem.of(host("mail.litwareinc.com"), host("known.litwareinc.com"), host("localhost"));
    partnerPort =
        VERTX
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .setCertValue(Buffer.buffer(partner.certificate()))
                            .setKeyValue(Buffer.buffer(partner.key()))))
            .requestHandler(
                it -> it.response().end(it.version() + " " + it.getHeader("Proxy-Authorization")))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
    proxy =
        new RawServer(
            client -> {
              HEADS.add(RawServer.head(client));
              RawServer.say(client, "HTTP/1.1 200 Connection established\r\n\r\n");
              RawServer.relay(client, partnerPort);
            });
  }

  @BeforeEach
  void forget() {
    HEADS.clear();
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void a_name_that_only_the_proxy_knows_is_reached_by_its_name_over_tls_of_its_own()
      throws Exception {
    try (var guard = guard(proxyUrl(""))) {
      OutboundAnswer answer = guard.send(OutboundRequest.get(PARTNER));

      assertThat(answer.body()).asString().isEqualTo("HTTP_2 null");
      assertThat(answer.address()).isNull();
      assertThat(answer.chain()).hasSize(1);
      assertThat(HEADS.getFirst())
          .startsWith("CONNECT mail.litwareinc.com:443 HTTP/1.1\r\n")
          .doesNotContainIgnoringCase("authorization");
    }
  }

  @Test
  void user_and_password_go_to_the_proxy_and_no_further() throws Exception {
    try (var guard = guard(proxyUrl("ken:secret@"))) {
      assertThat(guard.send(OutboundRequest.get(PARTNER)).body()).asString().endsWith(" null");
      assertThat(HEADS.getFirst())
          .containsIgnoringCase("proxy-authorization: Basic a2VuOnNlY3JldA==");
    }
  }

  @Test
  void a_certificate_for_other_names_is_refused_behind_a_proxy_too() throws Exception {
    try (var guard = guard(proxyUrl(""))) {
      OutboundFailure failure =
          failure(guard, OutboundRequest.get(URI.create("https://other.litwareinc.com/")));

      assertThat(failure.reason())
          .isInstanceOfSatisfying(
              Reason.TlsFailed.class,
              it -> assertThat(it.problem()).isEqualTo(TlsProblem.NAME_MISMATCH));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://rebound.litwareinc.com/, 169.254.169.254",
    "https://169.254.169.254/, 169.254.169.254",
    "https://127.0.0.1/, 127.0.0.1",
    "https://[fd00:ec2::254]/, fd00:ec2:0:0:0:0:0:254"
  })
  void what_is_known_here_to_be_refused_is_not_left_to_the_proxy(String url, String address)
      throws Exception {
    try (var guard =
        new GuardedHttp(VERTX, Settings.strict().through(proxyUrl("")), HERE, _ -> null)) {
      assertThat(failure(guard, OutboundRequest.get(URI.create(url))).reason())
          .isEqualTo(new Reason.RefusedAddress(address));
      assertThat(HEADS).isEmpty();
    }
  }

  @Test
  void what_is_known_here_goes_through_the_proxy_by_name_all_the_same() throws Exception {
    try (var guard = guard(proxyUrl(""))) {
      guard.send(OutboundRequest.get(URI.create("https://known.litwareinc.com/")));

      assertThat(HEADS.getFirst()).startsWith("CONNECT known.litwareinc.com:443 ");
    }
  }

  @Test
  void this_machine_is_not_reached_by_way_of_another() throws Exception {
    try (var guard = guard(proxyUrl(""))) {
      URI here = URI.create("https://localhost:" + partnerPort + "/");

      assertThat(guard.send(OutboundRequest.get(here)).address()).isEqualTo(ip("127.0.0.1"));
      assertThat(HEADS).isEmpty();
    }
  }

  @Test
  void what_goes_past_the_proxy_must_be_known_here() throws Exception {
    try (var guard =
        new GuardedHttp(
            VERTX,
            Settings.strict().through(proxyUrl("")).past("litwareinc.com"),
            HERE,
            _ -> null)) {
      assertThat(failure(guard, OutboundRequest.get(PARTNER)).reason())
          .isEqualTo(new Reason.UnknownHost());
      assertThat(HEADS).isEmpty();
    }
  }

  @Test
  void the_environment_names_the_proxy_where_no_setting_does() throws Exception {
    try (var guard =
        new GuardedHttp(
            VERTX,
            Settings.strict().trusting(partner),
            HERE,
            Map.of("https_proxy", proxyUrl(""))::get)) {
      guard.send(OutboundRequest.get(PARTNER));

      assertThat(HEADS).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "407 Proxy Authentication Required|does not accept the user and password",
        "403 Forbidden|lets no requests through",
        "502 Bad Gateway|can't reach it",
        "302 Found|opens no way"
      })
  void a_proxy_that_refuses_is_told_apart_from_the_partner(String status, String told)
      throws Exception {
    try (var refusing =
            new RawServer(
                client -> {
                  RawServer.head(client);
                  RawServer.say(
                      client,
                      "HTTP/1.1 "
                          + status
                          + "\r\nLocation: https://login.contoso.com/\r\nContent-Length: 0\r\n\r\n");
                  RawServer.untilGone(client);
                });
        var guard = guard("http://ken:secret@proxy.contoso.com:" + refusing.port())) {
      OutboundFailure failure =
          failure(guard, OutboundRequest.get(PARTNER).following(RedirectRule.CHECKED));

      assertThat(failure.reason())
          .isEqualTo(
              new Reason.ProxyFailed(OptionalInt.of(Integer.parseInt(status.substring(0, 3)))));
      assertThat(failure.sentence())
          .contains("The proxy proxy.contoso.com:")
          .contains("mail.litwareinc.com")
          .contains(told);
      assertNothingSecret(failure);
    }
  }

  @Test
  void a_proxy_that_asks_for_a_user_where_none_is_set_is_told_so() throws Exception {
    try (var asking =
            new RawServer(
                client -> {
                  RawServer.head(client);
                  RawServer.say(
                      client,
                      "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
                });
        var guard = guard("http://proxy.contoso.com:" + asking.port())) {
      OutboundRequest plain =
          OutboundRequest.get(URI.create("http://mail.litwareinc.com/")).allowingHttp(true);

      assertThat(failure(guard, OutboundRequest.get(PARTNER)).sentence())
          .contains("asks for a user and a password (407)");
      assertThat(failure(guard, plain).sentence()).contains("asks for a user and a password (407)");
    }
  }

  @Test
  void plain_http_goes_to_the_proxy_as_a_whole_url() throws Exception {
    try (var answering =
            new RawServer(
                client -> {
                  HEADS.add(RawServer.head(client));
                  RawServer.say(client, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
        var guard = guard("http://ken:secret@proxy.contoso.com:" + answering.port())) {
      OutboundAnswer answer =
          guard.send(
              OutboundRequest.get(URI.create("http://mail.litwareinc.com/metadata?x"))
                  .allowingHttp(true));

      assertThat(answer.body()).asString().isEqualTo("ok");
      assertThat(answer.address()).isNull();
      assertThat(HEADS.getFirst())
          .startsWith("GET http://mail.litwareinc.com/metadata?x HTTP/1.1\r\n")
          .containsIgnoringCase("host: mail.litwareinc.com\r\n")
          .containsIgnoringCase("proxy-authorization: Basic a2VuOnNlY3JldA==");
    }
  }

  @Test
  void a_proxy_that_is_not_there_is_told_as_such() throws Exception {
    int nobody;
    try (var gone = new RawServer(_ -> {})) {
      nobody = gone.port();
    }
    for (String url :
        List.of(
            "http://ken:secret@proxy.contoso.com:" + nobody,
            "http://ken:secret@nowhere.contoso.com:3128")) {
      try (var guard = guard(url)) {
        OutboundFailure failure = failure(guard, OutboundRequest.get(PARTNER));

        assertThat(failure.reason()).isEqualTo(new Reason.ProxyFailed(OptionalInt.empty()));
        assertThat(failure.sentence()).contains("The proxy ").contains("mail.litwareinc.com");
        assertNothingSecret(failure);
      }
    }
  }

  @Test
  void a_proxy_that_is_none_is_told_as_such() throws Exception {
    for (RawServer.Conversation odd :
        List.<RawServer.Conversation>of(
            client -> RawServer.head(client),
            client -> {
              RawServer.head(client);
              RawServer.say(client, "220 smtp.contoso.com ESMTP\r\n");
            },
            client -> {
              RawServer.head(client);
              RawServer.say(client, "HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\n\r\n");
            })) {
      try (var server = new RawServer(odd);
          var guard = guard("http://ken:secret@proxy.contoso.com:" + server.port())) {
        OutboundFailure failure = failure(guard, OutboundRequest.get(PARTNER));

        assertThat(failure.reason()).isEqualTo(new Reason.ProxyFailed(OptionalInt.empty()));
        assertNothingSecret(failure);
      }
    }
  }

  @Test
  void a_proxy_that_is_silent_ends_with_the_time_of_the_request() throws Exception {
    try (var silent = new RawServer(RawServer::untilGone);
        var guard = guard("http://proxy.contoso.com:" + silent.port())) {
      OutboundRequest hurried =
          OutboundRequest.get(PARTNER).within(new Limits(Duration.ofMillis(300), 1024));

      assertThat(failure(guard, hurried).reason()).isInstanceOf(Reason.TimedOut.class);
    }
  }

  private static void assertNothingSecret(Throwable failure) {
    var told = new StringWriter();
    failure.printStackTrace(new PrintWriter(told));
    assertThat(told.toString()).doesNotContain("secret").doesNotContain("a2VuOnNlY3JldA");
  }

  private static String proxyUrl(String user) {
    return "http://" + user + "proxy.contoso.com:" + proxy.port();
  }

  private static GuardedHttp guard(String proxyUrl) throws Exception {
    return new GuardedHttp(
        VERTX,
        Settings.strict().allowing("127.0.0.0/8").trusting(partner).through(proxyUrl),
        HERE,
        _ -> null);
  }
}
