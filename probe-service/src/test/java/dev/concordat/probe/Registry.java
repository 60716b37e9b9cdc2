package dev.concordat.probe;

import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.EventType;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.probe.running.Targets;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Writes to Kafka what the other services would. */
@Singleton
class Registry {

  private static final AtomicLong REVISION = new AtomicLong();

  private final EventPublisher publisher;
  private final Targets targets;

  @Inject
  Registry(EventPublisher publisher, Targets targets) {
    this.publisher = publisher;
    this.targets = targets;
  }

  static PartnerRegistered exchange(
      String name, String metadataUrl, @Nullable String caBundle, @Nullable ProbeSettings probe) {
    return partner(
        name, PartnerKind.EXCHANGE, true, new Trust.ByMetadata(metadataUrl, caBundle, null), probe);
  }

  static PartnerRegistered partner(
      String name,
      PartnerKind kind,
      boolean enabled,
      @Nullable Trust trust,
      @Nullable ProbeSettings probe) {
    return new PartnerRegistered(
        name,
        kind,
        kind.wellKnownApplicationIdentifier().orElse(null),
        null,
        TrustLevel.FULL,
        enabled,
        trust,
        List.of(),
        null,
        probe,
        null,
        REVISION.incrementAndGet(),
        Instant.now(),
        "a test");
  }

  void register(PartnerRegistered partner) {
    var _ = publisher.publish(partner.name(), partner);
    await()
        .until(
            () ->
                targets
                    .partner(partner.name())
                    .filter(it -> it.revision() == partner.revision())
                    .isPresent());
  }

  void remove(String name) {
    var _ = publisher.remove(Topic.PARTNERS, name, EventType.PARTNER_REMOVED);
    await().until(() -> targets.partner(name).isEmpty());
  }

  /** Its document was read, for the first time or again. */
  void read(String name) {
    var document =
        new AuthMetadataDocument(
            null,
            "1.0",
            "Exchange",
            null,
            null,
            "00000002-0000-0ff1-ce00-000000000000@litwareinc.com",
            List.of(),
            List.of(),
            List.of());
    var reading =
        new MetadataRefreshed(
            name,
            MetadataRefreshed.Outcome.CHANGED,
            document,
            Instant.now(),
            null,
            null,
            List.of(),
            List.of(),
            null);
    var _ = publisher.publish(name, reading);
    await().until(() -> targets.metadata().get(name).equals(Optional.of(reading)));
  }

  /** The key that signs our tokens was announced. */
  void announce(SigningCertificate certificate) {
    var key =
        new SigningKeyPublished(
            certificate.x5t(),
            certificate.base64(),
            SigningKeyPublished.Phase.CURRENT,
            Instant.now(),
            null);
    var _ = publisher.publish(key.keyId(), key);
    await().until(() -> targets.signingKeys().get(key.keyId()).isPresent());
  }
}
