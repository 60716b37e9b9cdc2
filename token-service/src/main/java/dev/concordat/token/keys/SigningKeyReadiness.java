package dev.concordat.token.keys;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the current key's certificate is valid: partners refuse what it signs after that. */
@Readiness
@Singleton
public class SigningKeyReadiness implements HealthCheck {

  private final ActiveKeyRing keys;
  private final InstantSource clock;

  @Inject
  SigningKeyReadiness(ActiveKeyRing keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public HealthCheckResponse call() {
    SigningKey current = keys.ring().current();
    return HealthCheckResponse.named("signing-key")
        .status(current.certificate().validAt(clock.instant()))
        .withData("keyId", current.id())
        .withData("notAfter", current.certificate().notAfter().toString())
        .build();
  }
}
