package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.SigningCertificate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** How old our keys are, and how long they last, in days. */
@Startup
@Singleton
public class KeyMetrics {

  private static final double SECONDS_A_DAY = Duration.ofDays(1).toSeconds();

  @Inject
  KeyMetrics(ActiveKeyRing keys, InstantSource clock, MeterRegistry metrics) {
    Supplier<Optional<SigningCertificate>> active =
        () -> keys.slots().active().map(HeldKey::certificate);
    Supplier<Optional<SigningCertificate>> next =
        () -> keys.slots().successor().map(HeldKey::certificate);
    Function<SigningCertificate, Double> left =
        certificate -> days(clock.instant(), certificate.notAfter());
    Function<SigningCertificate, Double> age =
        certificate -> days(certificate.notBefore(), clock.instant());
    gauge(
        metrics,
        "concordat.signing.key.days.left",
        "Days until the certificate of the key ends; NaN where there is no such key",
        "active",
        active,
        left);
    gauge(
        metrics,
        "concordat.signing.key.days.left",
        "Days until the certificate of the key ends; NaN where there is no such key",
        "next",
        next,
        left);
    gauge(
        metrics,
        "concordat.signing.key.age.days",
        "Days since the certificate of the key began",
        "active",
        active,
        age);
    Gauge.builder("concordat.signing.source.fault", () -> keys.fault().isPresent() ? 1 : 0)
        .description("1 while the source of our keys can't be read; the keys read before are used")
        .register(metrics);
  }

  private static void gauge(
      MeterRegistry metrics,
      String name,
      String description,
      String state,
      Supplier<Optional<SigningCertificate>> key,
      Function<SigningCertificate, Double> value) {
    Gauge.builder(name, () -> key.get().map(value).orElse(Double.NaN))
        .description(description)
        .tag("state", state)
        .strongReference(true)
        .register(metrics);
  }

  private static double days(Instant from, Instant to) {
    return Duration.between(from, to).toSeconds() / SECONDS_A_DAY;
  }
}
