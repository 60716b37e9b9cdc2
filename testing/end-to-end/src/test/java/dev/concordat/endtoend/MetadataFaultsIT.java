package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import dev.concordat.contracts.events.RefreshRequested;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.suite.LaboratoryKey;
import dev.concordat.suite.Part;
import dev.concordat.suite.PartnerFleet;
import dev.concordat.suite.PartnerFleet.Condition;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteEvents;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three replicas of the metadata-service as real processes, and partners that change, hang and
 * stop: a replica that is killed in the middle of a round is made up for, and many that are down
 * delay no other.
 */
class MetadataFaultsIT {

  private static final int PARTNERS = 600;
  private static final int DOWN = 500;

  /** For a machine that has other tests to run meanwhile. */
  private static final Duration LONG = Duration.ofMinutes(4);

  private static final Duration INTERVAL = Duration.ofSeconds(8);

  /** Reading all that was announced takes a moment. */
  private static final Duration READ_ALL = Duration.ofSeconds(2);

  private static final Replicas THREE =
      Replicas.of(
              Part.METADATA_SERVICE,
              3,
              List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms48m", "-Xmx128m"))
          .with("concordat.metadata.refresh-interval", INTERVAL.toSeconds() + "s")
          .with("concordat.metadata.shortest-interval", "1s")
          .with("concordat.metadata.reading-timeout", "6s")
          .with("concordat.metadata.longest-retry", "40s")
          .with("concordat.messaging.session-timeout", "6s");

  @Test
  void a_killed_replica_is_made_up_for_and_partners_that_are_down_delay_no_other(
      @TempDir Path folder) throws Exception {
    LaboratoryKey first = LaboratoryKey.rsa();
    LaboratoryKey second = first.renewed();
    try (ServiceCluster cluster = ServiceCluster.prepare(folder, 1, THREE);
        var fleet = new PartnerFleet(cluster.state())) {
      cluster.startBrokers();
      try (var events = new SuiteEvents(cluster.kafkaBootstrap())) {
        events.write(
            first.certificate().x5t(),
            new SigningKeyPublished(
                first.certificate().x5t(),
                first.certificate().base64(),
                SigningKeyPublished.Phase.CURRENT,
                Instant.now(),
                null));
        for (int i = 0; i < PARTNERS; i++) {
          fleet.publish(i, first.certificate());
          events.write(PartnerFleet.name(i), fleet.registration(i));
        }
        events.flush();
        cluster.startReplicas();
        awaitVisits(fleet, Instant.EPOCH, 0, PARTNERS);

        killedInTheMiddleOfARound(cluster, fleet, events, second);
        manyDownAtOnce(fleet, events);
      }
    }
  }

  private static void killedInTheMiddleOfARound(
      ServiceCluster cluster, PartnerFleet fleet, SuiteEvents events, LaboratoryKey next)
      throws Exception {
    Replica killed = cluster.replicas().getFirst();
    int before = fleet.visited();
    await().atMost(LONG).until(() -> fleet.visited() > before + PARTNERS / 3);
    for (int i = 0; i < PARTNERS; i++) {
      fleet.publish(i, next.certificate());
    }
    killed.kill();

    // Each is read again, also those that were its share, and what changed is announced.
    await()
        .atMost(LONG)
        .pollInterval(READ_ALL)
        .untilAsserted(
            () ->
                assertThat(latest(events).values())
                    .hasSize(PARTNERS)
                    .allSatisfy(
                        it -> {
                          assertThat(it.document()).as(it.name()).isNotNull();
                          assertThat(it.document().keys()).hasSize(1);
                          assertThat(it.document().keys().getFirst().x5t())
                              .isEqualTo(next.certificate().x5t());
                        }));

    // With the shares settled, nobody is read by two: not more often than the interval says.
    Instant settled = Instant.now();
    int rounds = fleet.visited();
    await().atMost(LONG).until(() -> fleet.visited() > rounds + PARTNERS);
    Duration watched = Duration.between(settled, Instant.now());
    double most = watched.toMillis() / (0.8 * INTERVAL.toMillis()) + 1;
    for (int i = 0; i < PARTNERS; i++) {
      assertThat(fleet.visits(i).stream().filter(it -> it.isAfter(settled)).count())
          .as("readings of partner %d in %s", i, watched)
          .isLessThanOrEqualTo((long) Math.ceil(most));
    }
  }

  private static void manyDownAtOnce(PartnerFleet fleet, SuiteEvents events) throws Exception {
    for (int i = 0; i < DOWN; i++) {
      fleet.let(i, i % 2 == 0 ? Condition.HANGING : Condition.STOPPED);
    }
    Instant down = Instant.now();
    // Those that are up go on being read while all the others are found to be down.
    await()
        .atMost(LONG)
        .pollInterval(READ_ALL)
        .until(
            () -> {
              Map<String, MetadataRefreshed> latest = latest(events);
              return IntStream.range(0, DOWN)
                  .allMatch(i -> latest.get(PartnerFleet.name(i)).failingSince() != null);
            });
    awaitVisits(fleet, down, DOWN, PARTNERS);
    Map<String, MetadataRefreshed> all = latest(events);
    for (int i = 0; i < DOWN; i++) {
      MetadataRefreshed reading = all.get(PartnerFleet.name(i));
      assertThat(reading.outcome()).isIn(Outcome.UNREACHABLE, Outcome.INVALID);
      assertThat(reading.document()).as("the last good document stays").isNotNull();
      assertThat(reading.problem().extensions()).containsKey("traffic");
    }
    // Those that are down are asked ever less often: after 5, 10, 20, 40 s at the soonest.
    Duration since = Duration.between(down, Instant.now());
    long most = 4L + 64 - Long.numberOfLeadingZeros(Math.max(1, since.toSeconds() / 4));
    for (int i = 0; i < DOWN; i++) {
      assertThat(fleet.visits(i).stream().filter(it -> it.isAfter(down)).count())
          .as("readings of partner %d, down for %s", i, since)
          .isLessThanOrEqualTo(most);
    }

    // They are back, and somebody meets a key of theirs: they are read at once, whatever the pause.
    for (int i = 0; i < DOWN; i++) {
      fleet.let(i, Condition.UP);
      events.write(
          PartnerFleet.name(i),
          new RefreshRequested(
              PartnerFleet.name(i),
              RefreshRequested.Reason.UNKNOWN_KEY,
              "unknown",
              null,
              "token-service",
              Instant.now()));
    }
    events.flush();
    await()
        .atMost(LONG)
        .pollInterval(READ_ALL)
        .untilAsserted(
            () ->
                assertThat(latest(events).values())
                    .allSatisfy(it -> assertThat(it.failingSince()).isNull()));
  }

  private static Map<String, MetadataRefreshed> latest(SuiteEvents events) throws Exception {
    var latest = new HashMap<String, MetadataRefreshed>();
    events.all(MetadataRefreshed.class).forEach(it -> latest.put(it.name(), it));
    return latest;
  }

  private static void awaitVisits(PartnerFleet fleet, Instant since, int from, int to) {
    await()
        .atMost(LONG)
        .until(
            () ->
                IntStream.range(from, to)
                    .allMatch(i -> fleet.visits(i).stream().anyMatch(it -> it.isAfter(since))));
  }
}
