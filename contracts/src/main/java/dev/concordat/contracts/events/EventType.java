package dev.concordat.contracts.events;

import dev.concordat.contracts.Topic;
import java.util.Arrays;
import java.util.Optional;

/** Each event's name, version and topic, and the record that its data is. */
public enum EventType {
  REGISTER_PARTNER(RegisterPartner.class, Topic.PARTNER_COMMANDS),
  REMOVE_PARTNER(RemovePartner.class, Topic.PARTNER_COMMANDS),
  PARTNER_COMMAND_DECIDED(PartnerCommandDecided.class, Topic.PARTNER_COMMANDS),
  PARTNER_REGISTERED(PartnerRegistered.class, Topic.PARTNERS),
  METADATA_REFRESHED(MetadataRefreshed.class, Topic.METADATA),
  SIGNING_KEY_PUBLISHED(SigningKeyPublished.class, Topic.SIGNING_KEYS),
  DOCUMENT_READ(DocumentRead.class, Topic.DOCUMENT_READS),
  REFRESH_REQUESTED(RefreshRequested.class, Topic.REFRESH_REQUESTS),
  PROBE_REQUESTED(ProbeRequested.class, Topic.PROBE_REQUESTS),
  PROBE_COMPLETED(ProbeCompleted.class, Topic.PROBES);

  /**
   * The type of the tombstone that removes a partner: a record without data on the partners topic,
   * whose extension {@code revision} tells the registry's revision.
   */
  public static final String PARTNER_REMOVED = "dev.concordat.PartnerRemoved.v1";

  /**
   * The type of the tombstone that removes a signing key: no token that it signed is valid any
   * more, or it was withdrawn before it signed one.
   */
  public static final String SIGNING_KEY_PRUNED = "dev.concordat.SigningKeyPruned.v1";

  private final Class<? extends Event> dataClass;
  private final Topic topic;

  EventType(Class<? extends Event> dataClass, Topic topic) {
    this.dataClass = dataClass;
    this.topic = topic;
  }

  /** The record of this event's data. */
  public Class<? extends Event> dataClass() {
    return dataClass;
  }

  /** The topic that it travels on. */
  public Topic topic() {
    return topic;
  }

  /** The CloudEvents type: {@code dev.concordat.<EventName>.v1}. */
  public String ceType() {
    return "dev.concordat." + dataClass.getSimpleName() + ".v1";
  }

  /** Where the JSON Schema of the data lies on the class path. */
  public String schemaResource() {
    return "/dev/concordat/contracts/schemas/" + dataClass.getSimpleName() + ".v1.json";
  }

  /** The event of this CloudEvents type. */
  public static Optional<EventType> ofCeType(String ceType) {
    return Arrays.stream(values()).filter(type -> type.ceType().equals(ceType)).findFirst();
  }

  /** The event that this data is. */
  public static EventType of(Event data) {
    return Arrays.stream(values())
        .filter(type -> type.dataClass.isInstance(data))
        .findFirst()
        .orElseThrow();
  }
}
