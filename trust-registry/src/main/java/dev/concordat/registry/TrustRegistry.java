package dev.concordat.registry;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.messaging.CloudEvents;
import dev.concordat.messaging.DeadLetters;
import dev.concordat.messaging.KafkaClients;
import dev.concordat.messaging.KeyHistory;
import dev.concordat.messaging.TopicCheck;
import dev.concordat.messaging.Views;
import dev.concordat.registry.deciding.CommandDesk;
import dev.concordat.registry.deciding.DecidingLoop;
import dev.concordat.registry.deciding.RegistrySettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Puts the service together and starts it. */
@Singleton
public final class TrustRegistry {

  @Produces
  @Singleton
  PartnerDirectory directory(Views views) {
    return new PartnerDirectory(views);
  }

  @Produces
  @Singleton
  PartnerHistory history(KeyHistory history) {
    return new PartnerHistory(history);
  }

  @Produces
  @Singleton
  CommandDesk desk(
      PartnerDirectory directory,
      CloudEvents cloudEvents,
      KafkaClients clients,
      InstantSource clock,
      RegistrySettings settings,
      MeterRegistry metrics) {
    return new CommandDesk(directory, cloudEvents, clients, clock, settings, metrics);
  }

  @Produces
  @Singleton
  DecidingLoop deciding(
      PartnerDirectory directory,
      CommandDesk desk,
      CloudEvents cloudEvents,
      KafkaClients clients,
      DeadLetters deadLetters,
      InstantSource clock,
      RegistrySettings settings,
      MeterRegistry metrics) {
    return new DecidingLoop(
        directory, desk, cloudEvents, clients, deadLetters, clock, settings, metrics);
  }

  @Produces
  @Singleton
  @Readiness
  HealthCheck decisionsAreHeard(CommandDesk desk) {
    return () -> HealthCheckResponse.named("decisions").status(desk.isListening()).build();
  }

  void stop(@Disposes CommandDesk desk) {
    desk.close();
  }

  void stop(@Disposes DecidingLoop deciding) {
    deciding.close();
  }

  void start(
      @Observes StartupEvent started,
      TopicCheck topics,
      PartnerDirectory directory,
      CommandDesk desk,
      DecidingLoop deciding,
      MeterRegistry metrics,
      @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> issuer,
      @ConfigProperty(name = "quarkus.oidc.public-key") Optional<String> publicKey) {
    if (issuer.isEmpty() && publicKey.isEmpty()) {
      throw new IllegalStateException(
          "Who may call is not configured: set quarkus.oidc.auth-server-url to the OpenID Connect"
              + " issuer's URL, or quarkus.oidc.public-key to its public key (base64 DER).");
    }
    topics.require(Topic.PARTNER_COMMANDS, Topic.PARTNERS, Topic.DEAD_LETTERS);
    for (PartnerKind kind : PartnerKind.values()) {
      for (boolean enabled : new boolean[] {true, false}) {
        Gauge.builder("concordat.registry.partners", directory, it -> it.count(kind, enabled))
            .description("Partner applications by kind and whether they are enabled")
            .tag("kind", kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .tag("enabled", Boolean.toString(enabled))
            .register(metrics);
      }
    }
    desk.start();
    deciding.start();
  }
}
