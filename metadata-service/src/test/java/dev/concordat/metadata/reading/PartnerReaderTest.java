package dev.concordat.metadata.reading;

import static dev.concordat.metadata.reading.HostileServer.say;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.metadata.Certificates;
import dev.concordat.outbound.GuardedHttp;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one reading after another comes to, with a partner that is there and not there by turns. */
class PartnerReaderTest {

  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final SigningCertificate KEY =
      Certificates.certificate(
          2048, START.minus(Duration.ofDays(1)), START.plus(Duration.ofDays(400)));

  private static final Vertx VERTX = Vertx.vertx();
  private static HostileServer server;
  private static GuardedHttp http;

  /** The partner's time goes from reading to reading. */
  private Instant now = START;

  private final PartnerReader reader =
      new PartnerReader(
          new DocumentFetch(http, Duration.ofSeconds(10)),
          new RefreshSchedule(
              Duration.ofHours(1),
              Duration.ofMinutes(5),
              Duration.ofSeconds(5),
              Duration.ofMinutes(15)),
          () -> now);

  @BeforeAll
  static void start() throws Exception {
    server = new HostileServer();
    http = new GuardedHttp(VERTX, new DocumentFetchTest.Loopback());
  }

  @AfterAll
  static void stop() throws Exception {
    http.close();
    server.close();
    VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void a_partner_that_flaps_keeps_its_document_and_is_not_asked_more_often_for_it() {
    var readings = new ArrayList<MetadataRefreshed>();
    Optional<MetadataRefreshed> last = Optional.empty();
    for (int i = 0; i < 20; i++) {
      if (i % 2 == 0) {
        up();
      } else {
        down();
      }
      MetadataRefreshed reading = read(last);
      readings.add(reading);
      last = Optional.of(reading);
      now = Objects.requireNonNull(reading.nextRefreshAt());
    }

    assertThat(readings.getFirst().outcome()).isEqualTo(Outcome.CHANGED);
    for (int i = 1; i < readings.size(); i++) {
      MetadataRefreshed reading = readings.get(i);
      assertThat(reading.outcome()).isEqualTo(i % 2 == 0 ? Outcome.UNCHANGED : Outcome.INVALID);
      assertThat(reading.changes()).isEmpty();
      assertThat(reading.document()).isEqualTo(readings.getFirst().document());
      assertThat(reading.certificates()).hasSize(1);
      assertThat(reading.failingSince() != null).isEqualTo(i % 2 == 1);
    }
    // Ten times an hour's pause and ten times a short one.
    assertThat(Duration.between(START, now)).isGreaterThan(Duration.ofHours(8));
  }

  @Test
  void readings_that_fail_are_counted_from_the_first_and_come_ever_less_often() {
    up();
    Optional<MetadataRefreshed> last = Optional.of(read(Optional.empty()));
    down();
    Instant since = now;
    var pauses = new ArrayList<Duration>();
    for (int i = 0; i < 12; i++) {
      MetadataRefreshed reading = read(last);
      assertThat(reading.failingSince()).isEqualTo(since);
      Instant next = Objects.requireNonNull(reading.nextRefreshAt());
      pauses.add(Duration.between(now, next));
      now = next;
      last = Optional.of(reading);
    }

    assertThat(pauses.getFirst()).isLessThan(Duration.ofSeconds(7));
    assertThat(pauses.getLast()).isBetween(Duration.ofMinutes(12), Duration.ofMinutes(18));

    up();
    assertThat(read(last).failingSince()).isNull();
  }

  @Test
  void the_servers_tls_certificate_is_remembered_while_it_is_silent() {
    up();
    MetadataRefreshed read = read(Optional.empty());
    assertThat(read.tlsCertificateEnds()).isNotNull();
    down();

    assertThat(read(Optional.of(read)).tlsCertificateEnds()).isEqualTo(read.tlsCertificateEnds());
  }

  private static void up() {
    byte[] body =
        AuthMetadataWriter.write(
            Certificates.document("00000002-0000-0ff1-ce00-000000000000@litwareinc.com", KEY));
    server.answering(
        (head, socket) -> {
          if (head.contains("\"7\"")) {
            say(socket, "HTTP/1.1 304 Not Modified\r\nETag: \"7\"\r\n\r\n");
          } else {
            say(
                socket,
                "HTTP/1.1 200 OK\r\nETag: \"7\"\r\nContent-Length: " + body.length + "\r\n\r\n");
            say(socket, body);
          }
        });
  }

  private static void down() {
    server.answering(
        (_, socket) -> say(socket, "HTTP/1.1 503 Stopped\r\nContent-Length: 0\r\n\r\n"));
  }

  private MetadataRefreshed read(Optional<MetadataRefreshed> last) {
    try {
      var trust =
          new Trust.ByMetadata(
              "https://localhost:" + server.port() + "/metadata/json/1", server.pem(), null);
      return reader.read(
          new PartnerRegistered(
              "exchange",
              PartnerKind.EXCHANGE,
              null,
              null,
              TrustLevel.FULL,
              true,
              trust,
              List.of(),
              null,
              null,
              null,
              1,
              START,
              "admin"),
          trust,
          last,
          false);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
