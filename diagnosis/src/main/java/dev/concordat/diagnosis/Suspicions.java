package dev.concordat.diagnosis;

import static dev.concordat.contracts.events.Diagnosis.Confidence.LIKELY;
import static dev.concordat.contracts.events.Diagnosis.Confidence.PROVED;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import java.util.Locale;
import java.util.Optional;

/** What is looked at before a partner as a whole is blamed for refusing a token. */
final class Suspicions {

  private final Failure failure;
  private final Remedies remedies;
  private final TheirRemedies theirs;

  Suspicions(Failure failure) {
    this.failure = failure;
    remedies = new Remedies(failure.here());
    theirs = new TheirRemedies(failure.here());
  }

  /**
   * What is proved wrong on our own side is not the partner's fault. The order is that of
   * diagnosis.md, "Proofs to try before blaming the other side".
   */
  Optional<Diagnosis> ofOurs() {
    return signingKey()
        .or(this::ourDocument)
        .or(this::ourSignature)
        .or(this::ourAudience)
        .or(this::theirDocument);
  }

  /**
   * Who we are and who they are, as both documents say now: what a server is to know of a name, an
   * audience or a realm, it has from there.
   */
  Optional<Diagnosis> ofNames() {
    return ourIdentity().or(this::theirDocument);
  }

  private Optional<String> keyOfToken() {
    return failure.last(Observation.TokenIssued.class).map(Observation.TokenIssued::signingKey);
  }

  private Optional<Diagnosis> signingKey() {
    Optional<String> keyId = keyOfToken();
    if (keyId.isEmpty() || failure.here().signingKeys().isEmpty()) {
      return Optional.empty();
    }
    SigningKeyPublished key = failure.here().signingKeys().get(keyId.get());
    if (key == null || key.phase() == SigningKeyPublished.Phase.REVOKED) {
      return Optional.of(failure.is(Cause.SIGNING_KEY_UNPUBLISHED, PROVED, remedies.keys()));
    }
    return SigningCertificate.tryParse(key.certificate())
        .filter(it -> !it.validAt(failure.here().now()))
        .map(
            it ->
                failure.here().now().isBefore(it.notBefore())
                    ? failure.is(
                        Cause.SIGNING_CERTIFICATE_NOT_YET_VALID,
                        PROVED,
                        remedies.keys(),
                        theirs.clocks())
                    : failure.is(
                        Cause.SIGNING_CERTIFICATE_EXPIRED,
                        PROVED,
                        remedies.keys(),
                        remedies.rollover()));
  }

  private Optional<Diagnosis> ourDocument() {
    Optional<Observation.DocumentRead> ours = failure.document(Call.OUR_METADATA);
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    Observation.DocumentRead it = ours.get();
    if (it.issuer() == null) {
      // Where nothing answers from here, the partner may still have a way; that it is broken TLS,
      // or no document, is the same from everywhere.
      return it.unreached() == null || it.unreached() instanceof Unreached.TlsFailed
          ? Optional.of(
              failure.is(
                  Cause.OUR_METADATA_UNREACHABLE,
                  it.unreached() == null ? PROVED : LIKELY,
                  remedies.openFromHere(it.url()),
                  theirs.ourDocumentFromThere()))
          : Optional.empty();
    }
    return ourIdentity()
        .or(
            () ->
                keyOfToken()
                    .filter(key -> !it.keyIds().contains(key))
                    .map(
                        _ ->
                            failure.is(
                                Cause.OUR_METADATA_STALE,
                                PROVED,
                                remedies.keys(),
                                remedies.suiteStatus())));
  }

  private Optional<Diagnosis> ourIdentity() {
    return failure
        .document(Call.OUR_METADATA)
        .map(Observation.DocumentRead::issuer)
        .filter(it -> !it.equalsIgnoreCase(failure.here().us().toString()))
        .map(_ -> failure.is(Cause.OUR_IDENTITY_DIFFERS, PROVED, remedies.identity()));
  }

  private Optional<Diagnosis> ourSignature() {
    return failure
        .last(Observation.TokenVerified.class)
        .filter(it -> !it.holds())
        .map(
            _ ->
                failure.is(
                    Cause.OUR_SIGNATURE_BROKEN, PROVED, remedies.keys(), remedies.inspectToken()));
  }

  /** Our token names another host than the one that it was sent to. */
  private Optional<Diagnosis> ourAudience() {
    if (!(failure.decisive() instanceof Observation.Answered answered)) {
      return Optional.empty();
    }
    String host = String.valueOf(answered.url().getHost()).toLowerCase(Locale.ROOT);
    return failure.seen().stream()
        .filter(Observation.TokenIssued.class::isInstance)
        .map(Observation.TokenIssued.class::cast)
        .filter(it -> answered.url().getRawAuthority().equals(it.url().getRawAuthority()))
        .reduce((_, last) -> last)
        .map(Observation.TokenIssued::audience)
        .flatMap(AudienceName::tryParse)
        .filter(it -> !sameHost(it.host(), host))
        .map(
            _ ->
                failure.is(
                    Cause.AUDIENCE_REFUSED, PROVED, remedies.inspectToken(), theirs.ewsUrls()));
  }

  private static boolean sameHost(String audience, String host) {
    String lower = audience.toLowerCase(Locale.ROOT);
    return lower.equals(host) || lower.startsWith(host + ":");
  }

  /** Their document names another identity now than the one that our tokens are made out to. */
  private Optional<Diagnosis> theirDocument() {
    MetadataRefreshed inUse = failure.here().metadata();
    return failure
        .document(Call.THEIR_METADATA)
        .filter(it -> it.issuer() != null)
        .filter(
            it ->
                inUse != null
                    && inUse.document() != null
                    && !inUse.document().issuer().equalsIgnoreCase(it.issuer()))
        .map(
            _ ->
                failure.is(
                    Cause.PARTNER_METADATA_STALE,
                    PROVED,
                    remedies.refreshPartner(),
                    remedies.acceptPartner()));
  }

  /** The same token was taken by another server before: that one differs, or its clock does. */
  Optional<Diagnosis> ofOneServer(Observation.Answered refused) {
    String server = refused.headers().get("x-feserver");
    boolean taken =
        failure.seen().stream()
            .filter(Observation.Answered.class::isInstance)
            .map(Observation.Answered.class::cast)
            .filter(it -> it.call() != Call.CHALLENGE && it.status() == 200)
            .filter(it -> it.url().getRawAuthority().equals(refused.url().getRawAuthority()))
            .map(it -> it.headers().get("x-feserver"))
            .anyMatch(it -> it != null && server != null && !it.equals(server));
    return taken
        ? Optional.of(
            failure.is(Cause.SERVER_DIFFERS, PROVED, theirs.everyServer(), theirs.clocks()))
        : Optional.empty();
  }
}
