package dev.concordat.metadata;

import dev.concordat.contracts.Topic;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.TopicCheck;
import dev.concordat.messaging.Views;
import dev.concordat.messaging.WorkShares;
import dev.concordat.metadata.health.HealthMetrics;
import dev.concordat.metadata.health.PartnerHealth.Thresholds;
import dev.concordat.metadata.published.OurDocuments;
import dev.concordat.metadata.published.Publication;
import dev.concordat.metadata.readers.DocumentReaders;
import dev.concordat.metadata.reading.RefreshRequests;
import dev.concordat.metadata.reading.Refresher;
import dev.concordat.outbound.GuardedHttp;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Puts the service together and starts it. */
@Singleton
public final class MetadataService {

  @Produces
  @Singleton
  OurDocuments documents(IdentitySettings identity, MetadataSettings settings) {
    return new OurDocuments(identity, settings);
  }

  @Produces
  @Singleton
  Publication publication(
      Views views, OurDocuments documents, InstantSource clock, MeterRegistry metrics) {
    return new Publication(views, documents, clock, metrics);
  }

  @Produces
  @Singleton
  Refresher refresher(
      Views views,
      WorkShares shares,
      EventPublisher publisher,
      GuardedHttp http,
      MetadataSettings settings,
      InstantSource clock,
      MeterRegistry metrics) {
    return new Refresher(views, shares, publisher, http, settings, clock, metrics);
  }

  @Produces
  @Singleton
  RefreshRequests requests(
      WorkShares shares,
      Refresher refresher,
      MetadataSettings settings,
      InstantSource clock,
      MeterRegistry metrics) {
    return new RefreshRequests(shares, refresher, settings.requestPause(), clock, metrics);
  }

  @Produces
  @Singleton
  Thresholds thresholds(MetadataSettings settings) {
    return new Thresholds(
        settings.certificateWarning(), settings.tlsWarning(), settings.unreachableWarning());
  }

  @Produces
  @Singleton
  HealthMetrics healthMetrics(
      Refresher refresher, Thresholds thresholds, InstantSource clock, MeterRegistry metrics) {
    return new HealthMetrics(refresher, thresholds, clock, metrics);
  }

  @Produces
  @Singleton
  DocumentReaders readers(
      Views views,
      EventPublisher publisher,
      Refresher refresher,
      MetadataSettings settings,
      InstantSource clock,
      MeterRegistry metrics) {
    return new DocumentReaders(
        views, publisher, refresher, settings.recogniseByProduct(), clock, metrics);
  }

  /** Not ready before there is a key that signs: no document is better than a wrong one. */
  @Produces
  @Singleton
  @Readiness
  HealthCheck weHaveADocument(Publication publication) {
    return () -> {
      boolean published = publication.now().isPresent();
      var answer = HealthCheckResponse.named("our document").status(published);
      if (!published) {
        answer.withData(
            "waiting for", "the token-service to publish a signing key on concordat.signing-keys");
      }
      return answer.build();
    };
  }

  void stop(@Disposes Refresher refresher) {
    refresher.close();
  }

  void stop(@Disposes RefreshRequests requests) {
    requests.close();
  }

  void stop(@Disposes HealthMetrics health) {
    health.close();
  }

  void stop(@Disposes DocumentReaders readers) {
    readers.close();
  }

  void start(
      @Observes StartupEvent started,
      TopicCheck topics,
      Publication publication,
      Refresher refresher,
      RefreshRequests requests,
      DocumentReaders readers,
      HealthMetrics health,
      @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> issuer,
      @ConfigProperty(name = "quarkus.oidc.public-key") Optional<String> publicKey) {
    if (issuer.isEmpty() && publicKey.isEmpty()) {
      throw new IllegalStateException(
          "Who may call is not configured: set quarkus.oidc.auth-server-url to the OpenID Connect"
              + " issuer's URL, or quarkus.oidc.public-key to its public key (base64 DER).");
    }
    topics.require(
        Topic.PARTNERS,
        Topic.METADATA,
        Topic.SIGNING_KEYS,
        Topic.REFRESH_REQUESTS,
        Topic.DOCUMENT_READS,
        Topic.DEAD_LETTERS);
    refresher.start();
    requests.start();
    readers.start();
    health.start();
  }
}
