package dev.concordat.token;

import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.EventType;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.token.partners.Partners;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;

/** Writes to Kafka what the trust-registry and the metadata-service would. */
@Singleton
class Registry {

  private final EventPublisher publisher;
  private final Partners partners;

  @Inject
  Registry(EventPublisher publisher, Partners partners) {
    this.publisher = publisher;
    this.partners = partners;
  }

  void register(PartnerRegistered partner) {
    publish(partner);
    soon().until(() -> partners.stillHolds(partner));
  }

  /** Writes without waiting for it to be read. */
  void publish(PartnerRegistered partner) {
    var _ = publisher.publish(partner.name(), partner);
  }

  void remove(String name) {
    var _ = publisher.remove(Topic.PARTNERS, name, EventType.PARTNER_REMOVED);
    soon().until(() -> partners.registration(name).isEmpty());
  }

  void read(MetadataRefreshed reading) {
    var _ = publisher.publish(reading.name(), reading);
    soon().until(() -> partners.reading(reading.name()).equals(Optional.of(reading)));
  }

  /** An Exchange whose document was read. */
  PartnerRegistered exchange(String name) {
    var partner = Registrations.exchange(name);
    register(partner);
    read(Registrations.read(name, Registrations.EXCHANGE_ISSUER));
    return partner;
  }

  /** Kafka is here: what is written comes back within milliseconds. */
  private static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
  }
}
