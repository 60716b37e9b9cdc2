package dev.concordat.token.keys;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while the certificate of the key that signs is valid: partners refuse what it signs after
 * that. A source that can't be read does not make it unready, since the keys read before go on; it
 * is told.
 */
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
    var answer = HealthCheckResponse.named("signing-key");
    keys.fault().ifPresent(fault -> answer.withData("fault", fault));
    HeldKey active = keys.slots().active().orElse(null);
    if (active == null) {
      return answer.down().withData("keyId", "every key was revoked").build();
    }
    KeySlots slots = keys.slots();
    slots.successor().ifPresent(next -> answer.withData("next", next.id()));
    if (slots.renewed()) {
      answer.withData(
          "renewed",
          "the source has another key now; the one that signs is in memory only until a rollover (concordat key rollover)");
    }
    return answer
        .status(active.certificate().validAt(clock.instant()))
        .withData("keyId", active.id())
        .withData("notAfter", active.certificate().notAfter().toString())
        .build();
  }
}
