package dev.concordat.token.rollover;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.messaging.DeadLetters;
import dev.concordat.messaging.KafkaClients;
import dev.concordat.messaging.TopicTail;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How rehearsals went, as far as this replica knows: what passed is on the signing-keys topic
 * anyway, and what failed is asked for again.
 */
@Startup
@Singleton
public class Rehearsals {

  private record Id(String keyId, String partner) {}

  private final Map<Id, Rehearsal> all = new ConcurrentHashMap<>();
  private final TopicTail<ProbeCompleted> results;

  @Inject
  Rehearsals(KafkaClients clients, DeadLetters deadLetters, InstantSource clock) {
    results =
        TopicTail.open(
            Topic.PROBES,
            ProbeCompleted.class,
            clients,
            deadLetters,
            result -> ended(result, clock.instant()));
  }

  /** Notes that one was asked for. */
  void asked(String keyId, String partner, Instant now) {
    all.compute(
        new Id(keyId, partner),
        (_, known) ->
            known == null
                ? new Rehearsal(now, null, null)
                : new Rehearsal(now, known.result(), known.endedAt()));
  }

  private void ended(ProbeCompleted result, Instant now) {
    String keyId = result.signingKey();
    if (result.trigger() != ProbeTrigger.REHEARSAL || keyId == null) {
      return;
    }
    all.compute(
        new Id(keyId, result.partner()),
        (_, known) -> new Rehearsal(known == null ? null : known.askedAt(), result, now));
  }

  /** Those of a key, by partner. */
  Map<String, Rehearsal> of(String keyId) {
    var found = new HashMap<String, Rehearsal>();
    all.forEach(
        (id, rehearsal) -> {
          if (id.keyId().equals(keyId)) {
            found.put(id.partner(), rehearsal);
          }
        });
    return found;
  }

  @PreDestroy
  void stop() {
    results.close();
  }
}
