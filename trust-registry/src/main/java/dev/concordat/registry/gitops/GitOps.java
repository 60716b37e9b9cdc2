package dev.concordat.registry.gitops;

import dev.concordat.registry.PartnerDirectory;
import dev.concordat.registry.deciding.CommandDesk;
import dev.concordat.registry.deciding.DecidingLoop;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The folder of declarations, where one is configured. */
@Singleton
public class GitOps {

  private static final String PREFIX = "concordat.registry.declarations.";
  private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final @Nullable Reconciler reconciler;

  @Inject
  GitOps(
      DeclarationSettings settings,
      PartnerDirectory directory,
      CommandDesk desk,
      DecidingLoop deciding,
      InstantSource clock,
      MeterRegistry metrics) {
    check(settings);
    reconciler =
        settings
            .folder()
            .map(it -> new Reconciler(it, settings, directory, desk, deciding, clock))
            .orElse(null);
    if (reconciler != null) {
      measure(metrics);
    }
  }

  /** What was last found in the folder; empty where none is configured. */
  public Optional<DeclarationsReport> report() {
    return Optional.ofNullable(reconciler).map(Reconciler::report);
  }

  void start(@Observes StartupEvent started) {
    if (reconciler != null) {
      reconciler.start();
    }
  }

  @PreDestroy
  void stop() {
    if (reconciler != null) {
      reconciler.close();
    }
  }

  static void check(DeclarationSettings settings) {
    if (!SOURCE.matcher(settings.source()).matches()) {
      throw refused(
          "source",
          settings.source(),
          "a letter or digit, then up to 62 letters, digits, dots, hyphens or underscores");
    }
    Duration interval = settings.interval();
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw refused("interval", interval, "a time from 100ms to 1h, such as 10s");
    }
    Optional<Path> folder = settings.folder();
    if (folder.isPresent() && !folder.get().isAbsolute()) {
      throw refused(
          "folder", folder.get(), "an absolute path, such as /etc/concordat/declarations");
    }
  }

  private static ConfigurationException refused(String key, Object value, String allowed) {
    return new ConfigurationException(
        "%s%s is '%s', and must be %s.".formatted(PREFIX, key, value, allowed));
  }

  private void measure(MeterRegistry metrics) {
    measure(metrics, "applied", DeclarationsReport::applied);
    measure(metrics, "waiting", DeclarationsReport::waiting);
    measure(metrics, "refused", DeclarationsReport::refused);
    measure(metrics, "unreadable", DeclarationsReport::unreadable);
    TimeGauge.builder(
            "concordat.registry.declarations.reconciled",
            this,
            TimeUnit.SECONDS,
            it ->
                it.report()
                    .map(DeclarationsReport::reconciledAt)
                    .map(Instant::getEpochSecond)
                    .orElse(0L))
        .description("When the folder was last found to be registered as far as it can be")
        .register(metrics);
  }

  private void measure(
      MeterRegistry metrics, String state, ToDoubleFunction<DeclarationsReport> count) {
    Gauge.builder(
            "concordat.registry.declarations",
            this,
            it -> it.report().map(count::applyAsDouble).orElse(0.0))
        .description("Declarations in the folder by their state; unreadable ones by their findings")
        .tag("state", state)
        .register(metrics);
  }
}
