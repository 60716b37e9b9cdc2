package dev.concordat.registry;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.messaging.KeyHistory;
import dev.concordat.messaging.Received;
import dev.concordat.registry.rules.Partners;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What has become of a partner application, as far back as the partners topic has it. */
public final class PartnerHistory {

  /** How many changes are told of one partner at most: the newest. */
  public static final int MOST = 1000;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final KeyHistory history;

  public PartnerHistory(KeyHistory history) {
    this.history = history;
  }

  /** What happened. */
  public enum What {
    @JsonProperty("registered")
    REGISTERED,
    @JsonProperty("changed")
    CHANGED,
    @JsonProperty("removed")
    REMOVED
  }

  /**
   * One change.
   *
   * @param what registered where nothing is known of it before
   * @param changedAt when the registry decided
   * @param changedBy who asked for it
   * @param fields which fields differ from the change before
   * @param partner its state from then on; absent once it is removed
   */
  public record Entry(
      What what,
      long revision,
      Instant changedAt,
      String changedBy,
      List<String> fields,
      @Nullable PartnerRegistered partner) {}

  /**
   * The changes of a partner, the newest first.
   *
   * @throws TimeoutException if Kafka does not answer in time
   */
  public List<Entry> of(String name) throws TimeoutException, InterruptedException {
    String folded = Partners.folded(name);
    return entries(
        history.of(
            Topic.PARTNERS,
            PartnerRegistered.class,
            key -> Partners.folded(key).equals(folded),
            MOST,
            PATIENCE));
  }

  static List<Entry> entries(List<Received<PartnerRegistered>> records) {
    var entries = new ArrayList<Entry>();
    PartnerRegistered before = null;
    for (Received<PartnerRegistered> record : records) {
      PartnerRegistered after = record.data();
      if (after == null) {
        var extensions = record.envelope().extensions();
        entries.add(
            new Entry(
                What.REMOVED,
                PartnerDirectory.revisionOf(record.envelope()),
                record.envelope().time(),
                extensions.getOrDefault(PartnerDirectory.CHANGED_BY, ""),
                List.of(),
                null));
      } else {
        entries.add(
            new Entry(
                before == null ? What.REGISTERED : What.CHANGED,
                after.revision(),
                after.changedAt(),
                after.changedBy(),
                before == null ? List.of() : differing(before, after),
                after));
      }
      before = after;
    }
    return entries.reversed();
  }

  private static List<String> differing(PartnerRegistered before, PartnerRegistered after) {
    JsonNode old = declared(before);
    JsonNode now = declared(after);
    var fields = new TreeSet<String>();
    old.fieldNames().forEachRemaining(fields::add);
    now.fieldNames().forEachRemaining(fields::add);
    fields.removeIf(field -> old.path(field).equals(now.path(field)));
    return List.copyOf(fields);
  }

  private static JsonNode declared(PartnerRegistered partner) {
    ObjectNode fields = Json.mapper().valueToTree(partner.application());
    if (partner.declaredIn() != null) {
      fields.put("declaredIn", partner.declaredIn());
    }
    return fields;
  }
}
