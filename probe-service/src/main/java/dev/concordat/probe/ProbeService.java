package dev.concordat.probe;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.messaging.DeadLetters;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.KafkaClients;
import dev.concordat.messaging.TopicCheck;
import dev.concordat.messaging.TopicTail;
import dev.concordat.messaging.Views;
import dev.concordat.messaging.WorkShares;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.probe.metrics.ProbeMetrics;
import dev.concordat.probe.metrics.SuccessGauge;
import dev.concordat.probe.progress.ProbesUnderWay;
import dev.concordat.probe.requests.ProbeDesk;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.results.RunHistory;
import dev.concordat.probe.results.TargetStates;
import dev.concordat.probe.running.AutodiscoverMemory;
import dev.concordat.probe.running.Prober;
import dev.concordat.probe.running.ProofDocuments;
import dev.concordat.probe.running.RefreshRequests;
import dev.concordat.probe.running.RunContext;
import dev.concordat.probe.running.RunSettings;
import dev.concordat.probe.running.ServiceRecords;
import dev.concordat.probe.running.Targets;
import dev.concordat.probe.running.Throttles;
import dev.concordat.probe.running.TokenClient;
import dev.concordat.probe.schedule.Maintenance;
import dev.concordat.probe.schedule.Scheduler;
import dev.concordat.probe.tracing.ProbeTraces;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the service together and starts it. */
@Singleton
public final class ProbeService {

  /** A day of them at the usual interval. */
  private static final int RUNS_OF_EACH_TARGET = 288;

  @Produces
  @Singleton
  RunSettings runSettings(IdentitySettings identity, ServiceSettings settings, Vertx vertx) {
    require(
        between(settings.timeLimit(), Duration.ofSeconds(5), Duration.ofMinutes(10)),
        "time-limit",
        settings.timeLimit(),
        "from 5s to 10m");
    require(
        between(settings.requestTime(), Duration.ofMillis(100), settings.timeLimit()),
        "request-time",
        settings.requestTime(),
        "from 100ms to concordat.probe.time-limit");
    require(
        settings.leftoverAge().compareTo(settings.timeLimit().plusMinutes(1)) > 0,
        "leftover-age",
        settings.leftoverAge(),
        "more than a minute longer than concordat.probe.time-limit");
    require(
        settings.answerBytes() >= 65536, "answer-bytes", settings.answerBytes(), "at least 65536");
    require(settings.concurrent() >= 1, "concurrent", settings.concurrent(), "at least 1");
    require(
        settings.concurrentPerPartner() >= 1,
        "concurrent-per-partner",
        settings.concurrentPerPartner(),
        "at least 1");
    require(
        between(settings.autodiscoverLifetime(), Duration.ZERO, Duration.ofDays(1)),
        "autodiscover-lifetime",
        settings.autodiscoverLifetime(),
        "from 0s to 24h");
    require(
        settings.state().window() >= 1 && settings.state().window() <= 20,
        "state.window",
        settings.state().window(),
        "from 1 to 20");
    require(
        settings.state().changes() >= 1 && settings.state().changes() <= settings.state().window(),
        "state.changes",
        settings.state().changes(),
        "from 1 to concordat.probe.state.window");
    require(settings.keptResults() >= 12, "kept-results", settings.keptResults(), "at least 12");
    require(settings.keptTargets() >= 1, "kept-targets", settings.keptTargets(), "at least 1");
    require(
        settings.replayedResults() >= 12,
        "replayed-results",
        settings.replayedResults(),
        "at least 12");
    require(
        settings.interval().compareTo(Duration.ofSeconds(10)) >= 0,
        "interval",
        settings.interval(),
        "at least 10s");
    requireUrl("token-service-url", settings.tokenServiceUrl(), "http", "https");
    requireUrl("metadata-service-url", settings.metadataServiceUrl(), "http", "https");
    settings.ewsUrls().forEach((name, url) -> requireUrl("ews-urls." + name, url, "https"));
    PrincipalName us;
    try {
      us = new PrincipalName(identity.applicationIdentifier(), identity.realm()).lowerCase();
    } catch (MalformedName e) {
      throw new ConfigurationException(
          "concordat.identity.application-identifier is %s and concordat.identity.realm is %s, but %s"
              .formatted(identity.applicationIdentifier(), identity.realm(), e.getMessage()));
    }
    return new RunSettings(
        us,
        settings.metadataServiceUrl().resolve("/metadata/json/1"),
        settings.tokenServiceUrl(),
        settings.timeLimit(),
        settings.requestTime(),
        settings.answerBytes(),
        settings.freshTokens(),
        settings.createFolder(),
        settings.folderNames(),
        settings.autodiscoverAllowedDomains().orElse(List.of()),
        settings.ewsUrls(),
        settings.serviceRecords() ? ServiceRecords.of(vertx) : ServiceRecords.none(),
        settings.leftoverAge(),
        settings.vantage().orElseGet(ProbeService::hostName));
  }

  private static boolean between(Duration value, Duration least, Duration most) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }

  private static void require(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new ConfigurationException(
          "concordat.probe.%s is %s, and must be %s".formatted(key, value, allowed));
    }
  }

  private static void requireUrl(String key, URI url, String... schemes) {
    require(
        url.getHost() != null && List.of(schemes).contains(String.valueOf(url.getScheme())),
        key,
        url,
        "a URL with a host and the scheme " + String.join(" or ", schemes));
  }

  private static String hostName() {
    String given = System.getenv("HOSTNAME");
    if (given != null && !given.isBlank()) {
      return given;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  @Produces
  @Singleton
  Targets targets(Views views) {
    return new Targets(
        views.open(Topic.PARTNERS, PartnerRegistered.class),
        views.open(Topic.METADATA, MetadataRefreshed.class),
        views.open(Topic.SIGNING_KEYS, SigningKeyPublished.class));
  }

  @Produces
  @Singleton
  RecentResults results(ServiceSettings settings) {
    return new RecentResults(settings.keptResults(), settings.keptTargets());
  }

  @Produces
  @Singleton
  RunHistory history(ServiceSettings settings) {
    return new RunHistory(settings.keptTargets(), RUNS_OF_EACH_TARGET);
  }

  @Produces
  @Singleton
  ProbesUnderWay underWay() {
    return new ProbesUnderWay();
  }

  @Produces
  @Singleton
  TopicTail<ProbeCompleted> tail(
      KafkaClients clients,
      DeadLetters deadLetters,
      RecentResults results,
      ServiceSettings settings) {
    int replayed = Math.max(1, settings.replayedResults() / Topic.PROBES.partitions());
    return new TopicTail<>(
        Topic.PROBES, ProbeCompleted.class, clients, deadLetters, replayed, results::add);
  }

  @Produces
  @Singleton
  RunContext runContext(
      Targets targets,
      GuardedHttp http,
      RunSettings run,
      ServiceSettings settings,
      EventPublisher publisher,
      InstantSource clock) {
    return new RunContext(
        targets,
        http,
        new TokenClient(http, run.tokenService(), settings.clientAssertionFile()),
        run,
        new AutodiscoverMemory(settings.autodiscoverLifetime(), clock),
        new Throttles(settings.concurrentPerPartner(), clock),
        new ProofDocuments(clock),
        new RefreshRequests(publisher, clock),
        clock);
  }

  @Produces
  @Singleton
  Prober prober(
      RunContext context,
      ServiceSettings settings,
      RecentResults results,
      EventPublisher publisher,
      ProbesUnderWay underWay,
      MeterRegistry metrics,
      OpenTelemetry telemetry) {
    return new Prober(
        context,
        results,
        publisher,
        underWay,
        new ProbeMetrics(metrics),
        new ProbeTraces(telemetry.getTracer("dev.concordat.probe")),
        metrics,
        settings.concurrent());
  }

  @Produces
  @Singleton
  ProbeDesk desk(
      WorkShares shares,
      EventPublisher publisher,
      Prober prober,
      RecentResults results,
      InstantSource clock) {
    return new ProbeDesk(shares, publisher, prober, results, clock);
  }

  @Produces
  @Singleton
  Scheduler scheduler(
      Targets targets,
      ProbeDesk desk,
      Prober prober,
      RecentResults results,
      InstantSource clock,
      ServiceSettings settings,
      Maintenance maintenance,
      MeterRegistry metrics) {
    return new Scheduler(
        targets,
        desk.share(),
        prober,
        results,
        clock,
        settings.interval(),
        settings.timeLimit(),
        maintenance,
        metrics);
  }

  @Produces
  @Singleton
  SuccessGauge success(
      Targets targets, RecentResults results, TargetStates states, MeterRegistry metrics) {
    return new SuccessGauge(() -> targets.scheduled().keySet(), results, states, metrics);
  }

  void stop(@Disposes SuccessGauge success) {
    success.close();
  }

  @Produces
  @Singleton
  Maintenance maintenance(ServiceSettings settings) {
    try {
      return Maintenance.of(settings.maintenance());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
  }

  @Produces
  @Singleton
  TargetStates states(ServiceSettings settings) {
    return new TargetStates(
        settings.state().changes(), settings.state().window(), settings.keptTargets());
  }

  void stop(@Disposes Scheduler scheduler) {
    scheduler.close();
  }

  void stop(@Disposes Prober prober) {
    prober.close();
  }

  void stop(@Disposes TopicTail<ProbeCompleted> tail) {
    tail.close();
  }

  void start(
      @Observes StartupEvent started,
      TopicCheck topics,
      Targets targets,
      TopicTail<ProbeCompleted> tail,
      Scheduler scheduler,
      RecentResults results,
      SuccessGauge success,
      RunHistory history,
      TargetStates states,
      @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> issuer,
      @ConfigProperty(name = "quarkus.oidc.public-key") Optional<String> publicKey) {
    if (issuer.isEmpty() && publicKey.isEmpty()) {
      throw new ConfigurationException(
          "Who may call is not configured: set quarkus.oidc.auth-server-url to the OpenID Connect"
              + " issuer's URL, or quarkus.oidc.public-key to its public key (base64 DER).");
    }
    topics.require(
        Topic.PARTNERS,
        Topic.METADATA,
        Topic.SIGNING_KEYS,
        Topic.PROBE_REQUESTS,
        Topic.PROBES,
        Topic.REFRESH_REQUESTS,
        Topic.DEAD_LETTERS);
    results.onResult(history::add);
    results.onResult(states::add);
    tail.start();
    scheduler.start();
    targets.partners().listen(_ -> success.recount());
    success.start();
  }
}
