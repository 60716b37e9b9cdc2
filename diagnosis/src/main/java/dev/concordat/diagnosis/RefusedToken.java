package dev.concordat.diagnosis;

import static dev.concordat.contracts.events.Diagnosis.Confidence.LIKELY;
import static dev.concordat.contracts.events.Diagnosis.Confidence.PROVED;
import static dev.concordat.contracts.events.Diagnosis.Confidence.UNRECOGNISED;

import dev.concordat.contracts.challenges.BearerChallenge;
import dev.concordat.contracts.challenges.MsDiagnostics;
import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.Diagnosis.Confidence;
import dev.concordat.contracts.events.Diagnosis.Remedy;
import dev.concordat.contracts.names.PrincipalName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says why a partner answers with 401: by its own words, after what is proved on our own side. */
final class RefusedToken {

  /** More than this apart, and tokens are not yet, or no longer, valid (trust.md 5.1, rule 8). */
  private static final Duration TOLERATED_SKEW = Duration.ofMinutes(5);

  private static final Pattern EXPECTED_AND_ACTUAL =
      Pattern.compile("Expected '(https?)://([^']*)'.*Actual '(https?)://([^']*)'");

  private final Failure failure;
  private final Deployment here;
  private final Remedies remedies;
  private final TheirRemedies theirs;
  private final Suspicions suspicions;

  RefusedToken(Failure failure) {
    this.failure = failure;
    here = failure.here();
    remedies = new Remedies(here);
    theirs = new TheirRemedies(here);
    suspicions = new Suspicions(failure);
  }

  /** The diagnosis of an answer with status 401. */
  Diagnosis diagnose(Observation.Answered it) {
    Optional<MsDiagnostics> refusal = it.refusal();
    if (refusal.isPresent()) {
      return refusedToken(it, refusal.get());
    }
    Optional<BearerChallenge> bearer = it.bearer();
    if (bearer.isEmpty()) {
      return is(
          Cause.OAUTH_NOT_OFFERED,
          // Exchange's front end names itself; without that, it may be a proxy that answers.
          it.headers().containsKey("x-feserver") ? PROVED : LIKELY,
          theirs.virtualDirectories(),
          theirs.recyclePools());
    }
    Optional<Diagnosis> ours =
        suspicions.ofOneServer(it).or(suspicions::ofOurs).or(() -> skewed(it));
    if (ours.isPresent()) {
      return ours.get();
    }
    return bearer.get().trusts(here.us())
        ? is(Cause.TOKEN_REFUSED_BY_PARTNER, UNRECOGNISED, theirs.logs(), theirs.showUs())
        : issuerUnknown(bearer, LIKELY);
  }

  private Diagnosis refusedToken(Observation.Answered it, MsDiagnostics refusal) {
    String reason = String.valueOf(refusal.reason());
    if (reason.contains("S2SAppActAs") || reason.contains("not applicable for the current")) {
      return is(Cause.TOKEN_PROFILE_REFUSED, PROVED, theirs.ewsUrls());
    }
    Integer code = refusal.code();
    String known =
        switch (code == null ? 0 : code) {
          case 2000000 -> "invalid_signature";
          case 2000001 -> "invalid_token";
          case 2000003 -> "invalid_resource";
          case 2000004 -> "invalid_tenant";
          case 2000005 -> "invalid_user";
          case 2000008 -> "invalid_grant";
          case 2000009 -> "invalid_issuer";
          case 4000000 -> "oauth_not_available";
          default -> "";
        };
    // A code that isn't known still has a category; what it says is then only likely.
    Confidence confidence = known.isEmpty() ? LIKELY : PROVED;
    return switch (known.isEmpty() ? String.valueOf(refusal.category()) : known) {
      case "invalid_signature" -> suspicions.ofOneServer(it).orElseGet(this::signatureRefused);
      case "invalid_token" ->
          suspicions
              .ofOurs()
              .or(() -> skewed(it))
              .orElseGet(() -> is(Cause.TOKEN_MALFORMED, LIKELY, remedies.inspectToken()));
      case "invalid_resource" -> audienceRefused(reason, confidence);
      case "invalid_tenant" ->
          suspicions
              .ofNames()
              .orElseGet(
                  () ->
                      is(
                          Cause.REALM_UNKNOWN,
                          confidence,
                          theirs.acceptedDomain(),
                          theirs.showUs()));
      case "invalid_user" ->
          reason.contains("ambiguous")
              ? is(Cause.USER_AMBIGUOUS, confidence, theirs.doubles())
              : is(Cause.MAILBOX_UNKNOWN, confidence, theirs.showMailbox());
      case "invalid_grant" -> is(Cause.PERMISSION_MISSING, confidence, theirs.roles());
      case "invalid_issuer" ->
          suspicions
              .ofNames()
              .orElseGet(() -> issuerUnknown(it.bearer().or(this::challenge), confidence));
      case "oauth_not_available" ->
          is(Cause.OAUTH_NOT_AVAILABLE, LIKELY, theirs.virtualDirectories(), theirs.showUs());
      default -> is(Cause.NOT_RECOGNISED, UNRECOGNISED, theirs.logs(), theirs.showUs());
    };
  }

  private Diagnosis signatureRefused() {
    return suspicions
        .ofOurs()
        .orElseGet(
            () ->
                is(
                    Cause.SIGNATURE_REFUSED,
                    // Our document has the key, and the token holds by it: so theirs is older.
                    failure.last(Observation.TokenVerified.class).isPresent() ? PROVED : LIKELY,
                    theirs.refreshUs(),
                    theirs.ourDocumentFromThere(),
                    remedies.keys()));
  }

  private Diagnosis audienceRefused(String reason, Confidence confidence) {
    var matcher = EXPECTED_AND_ACTUAL.matcher(reason);
    boolean onlyTheScheme =
        matcher.find()
            && !matcher.group(1).equals(matcher.group(3))
            && matcher.group(2).equalsIgnoreCase(matcher.group(4));
    return onlyTheScheme
        ? is(Cause.TLS_OFFLOADED, confidence, theirs.endOffloading())
        : suspicions
            .ofNames()
            .orElseGet(
                () ->
                    is(
                        Cause.AUDIENCE_REFUSED,
                        confidence,
                        theirs.ewsUrls(),
                        theirs.endOffloading(),
                        remedies.inspectToken()));
  }

  private Diagnosis issuerUnknown(Optional<BearerChallenge> challenge, Confidence confidence) {
    List<PrincipalName> trusted =
        challenge.map(BearerChallenge::trustedIssuerNames).orElse(List.of());
    if (trusted.stream().anyMatch(it -> it.differsOnlyInCase(here.us()))) {
      return is(Cause.ISSUER_CASE, confidence, theirs.setRealmOfUs(), theirs.refreshUs());
    }
    if (trusted.stream()
        .anyMatch(it -> it.applicationIdentifier().equals(here.us().applicationIdentifier()))) {
      return challenge.filter(it -> it.trusts(here.us())).isPresent()
          ? is(Cause.ISSUER_UNKNOWN, confidence, theirs.showUs(), theirs.enableUs())
          : is(Cause.ISSUER_REALM, confidence, theirs.setRealmOfUs(), theirs.acceptedDomain());
    }
    return is(
        Cause.ISSUER_UNKNOWN, confidence, theirs.showUs(), theirs.registerUs(), theirs.enableUs());
  }

  private Optional<BearerChallenge> challenge() {
    return failure.seen().stream()
        .filter(Observation.Answered.class::isInstance)
        .map(Observation.Answered.class::cast)
        .flatMap(it -> it.bearer().stream())
        .findFirst();
  }

  private Optional<Diagnosis> skewed(Observation.Answered it) {
    return it.ahead()
        .filter(ahead -> ahead.abs().compareTo(TOLERATED_SKEW) > 0)
        .map(_ -> is(Cause.CLOCK_SKEW, LIKELY, theirs.clocks()));
  }

  private Diagnosis is(Cause cause, Confidence confidence, Remedy... what) {
    return failure.is(cause, confidence, what);
  }
}
