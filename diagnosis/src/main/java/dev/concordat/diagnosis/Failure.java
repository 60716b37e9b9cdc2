package dev.concordat.diagnosis;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.Diagnosis.Confidence;
import dev.concordat.contracts.events.Diagnosis.Remedy;
import dev.concordat.contracts.events.MetadataRefreshed;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A failure that is to be explained.
 *
 * @param decisive what made the probe fail
 * @param seen everything that it saw, in order
 * @param here what is known of this deployment
 */
record Failure(Observation decisive, List<Observation> seen, Deployment here) {

  Failure {
    seen = List.copyOf(seen);
  }

  /** A document that was fetched as a proof. */
  Optional<Observation.DocumentRead> document(Call whose) {
    return seen.stream()
        .filter(Observation.DocumentRead.class::isInstance)
        .map(Observation.DocumentRead.class::cast)
        .filter(it -> it.call() == whose)
        .findFirst();
  }

  /** The last that was seen of a kind. */
  <T extends Observation> Optional<T> last(Class<T> kind) {
    return seen.stream().filter(kind::isInstance).map(kind::cast).reduce((_, last) -> last);
  }

  /** The diagnosis that this cause is. */
  Diagnosis is(Cause cause, Confidence confidence, Remedy... what) {
    return new Diagnosis(
        cause.code(),
        cause.meaning() + where(),
        confidence,
        Evidence.of(decisive, seen, here),
        List.of(what));
  }

  /** Which of the partner's services it was: admins ask that first. */
  private String where() {
    return switch (decisive) {
      case Observation.Answered it -> where(it.call(), it.url());
      case Observation.Unanswered it -> where(it.call(), it.url());
      case Observation.RedirectNotFollowed it -> where(it.call(), it.url());
      default -> conflict();
    };
  }

  private static String where(Call call, URI url) {
    String service =
        call == Call.CHALLENGE
            ? "the first request"
            : call.isAutodiscover() ? "Autodiscover" : "EWS (" + call + ")";
    return " Seen at %s, %s.".formatted(service, url.getRawAuthority());
  }

  private String conflict() {
    MetadataRefreshed metadata = here.metadata();
    return metadata != null
            && metadata.outcome() == MetadataRefreshed.Outcome.CONFLICT
            && decisive instanceof Observation.TokenRefused
        ? " Its document was last read with another identity."
        : "";
  }
}
