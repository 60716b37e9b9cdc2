package dev.concordat.probe.running;

import dev.concordat.contracts.challenges.BearerChallenge;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.RefreshRequested;
import dev.concordat.messaging.EventPublisher;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Has a partner's document read again when its challenge names another application identifier or
 * realm than the document in use. Whoever answers can cause that, so it is asked for once in half a
 * minute.
 */
public final class RefreshRequests implements RunContext.ChallengeListener {

  private static final Duration LEAST_PAUSE = Duration.ofSeconds(30);

  private final EventPublisher publisher;
  private final InstantSource clock;
  private final Map<String, Instant> asked = new ConcurrentHashMap<>();

  public RefreshRequests(EventPublisher publisher, InstantSource clock) {
    this.publisher = publisher;
    this.clock = clock;
  }

  @Override
  public void met(String partner, BearerChallenge challenge, Known known) {
    stranger(challenge, known).ifPresent(issuer -> ask(partner, issuer));
  }

  /** What is known of a partner. */
  public record Known(
      @Nullable PartnerRegistered registration, @Nullable MetadataRefreshed reading) {

    Optional<String> applicationIdentifier() {
      return Optional.ofNullable(reading)
          .map(MetadataRefreshed::document)
          .map(it -> it.issuerName().applicationIdentifier())
          .or(
              () ->
                  Optional.ofNullable(registration).map(PartnerRegistered::applicationIdentifier));
    }

    Optional<String> realm() {
      return Optional.ofNullable(reading)
          .map(MetadataRefreshed::document)
          .map(it -> it.issuerName().realm())
          .or(() -> Optional.ofNullable(registration).map(PartnerRegistered::realm))
          .filter(it -> !it.equals("*"));
    }
  }

  /** The issuer that the challenge speaks of, where it isn't the one that is known. */
  static Optional<String> stranger(BearerChallenge challenge, Known known) {
    String id = challenge.clientId();
    String realm = challenge.realm();
    boolean otherId =
        id != null
            && !id.isBlank()
            && known.applicationIdentifier().filter(it -> !it.equalsIgnoreCase(id)).isPresent();
    boolean otherRealm =
        realm != null
            && !realm.isBlank()
            && known.realm().filter(it -> !it.equalsIgnoreCase(realm)).isPresent();
    if (!otherId && !otherRealm) {
      return Optional.empty();
    }
    String named = id != null && !id.isBlank() ? id : known.applicationIdentifier().orElse("");
    String in = realm != null && !realm.isBlank() ? realm : known.realm().orElse("*");
    return Optional.of(named + "@" + in);
  }

  private void ask(String partner, String issuer) {
    Instant now = clock.instant();
    Instant last = asked.get(partner);
    boolean due =
        last == null
            ? asked.putIfAbsent(partner, now) == null
            : !last.plus(LEAST_PAUSE).isAfter(now) && asked.replace(partner, last, now);
    if (due) {
      var _ =
          publisher.publish(
              partner,
              new RefreshRequested(
                  partner, RefreshRequested.Reason.CHALLENGE, null, issuer, "probe-service", now));
    }
  }
}
