package dev.concordat.metadata.reading;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.MetadataChange;
import dev.concordat.contracts.events.MetadataChange.Kind;
import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a reading of a partner's document means: what differs from the one before, and
 * whether it may be used. A pure function of the registration, the last good document, the reading
 * and the time.
 *
 * <p>A document of another identity than was registered, or than was read before, is a conflict: it
 * is announced and not used. A reading that fails leaves the last good document in use.
 */
final class MetadataChanges {

  /** A certificate that ends within this time is announced as expiring. */
  static final Duration EXPIRING = Duration.ofDays(30);

  /**
   * What a reading means.
   *
   * @param document the document to use from now on: the last good one
   * @param problem what is wrong, with the reading or with the document
   */
  record Judgement(
      Outcome outcome,
      @Nullable AuthMetadataDocument document,
      List<MetadataChange> changes,
      @Nullable Problem problem) {}

  private MetadataChanges() {}

  /**
   * @param before the last good document; absent if there is none
   * @param accepted whether an admin accepts another identity than before
   */
  static Judgement judge(
      PartnerRegistered registered,
      @Nullable AuthMetadataDocument before,
      Fetched fetched,
      boolean accepted,
      Instant now) {
    return switch (fetched) {
      case Fetched.Unreachable(Problem problem) ->
          new Judgement(Outcome.UNREACHABLE, before, List.of(), problem);
      case Fetched.Unusable(Problem problem) ->
          new Judgement(Outcome.INVALID, before, List.of(), problem);
      case Fetched.Unmodified _ ->
          before == null
              ? new Judgement(Outcome.INVALID, null, List.of(), unmodifiedOfNothing(registered))
              : judge(registered, before, before, accepted, now);
      case Fetched.Document(var document, _, _, _) ->
          judge(registered, before, document, accepted, now);
    };
  }

  private static Judgement judge(
      PartnerRegistered registered,
      @Nullable AuthMetadataDocument before,
      AuthMetadataDocument after,
      boolean accepted,
      Instant now) {
    Optional<PrincipalName> issuer = PrincipalName.tryParse(after.issuer());
    if (issuer.isEmpty()) {
      return new Judgement(
          Outcome.INVALID,
          before,
          List.of(),
          Problem.of(
              "metadata-invalid",
              "The document can't be used",
              422,
              "The issuer in the document of %s is no id@realm.".formatted(registered.name())));
    }
    if (issuer.get().anyRealm() && registered.realm() == null) {
      return new Judgement(
          Outcome.INVALID, before, List.of(), realmUnpinned(registered, after.issuer()));
    }
    List<MetadataChange> identity = identityChanges(registered, before, issuer.get(), accepted);
    if (!identity.isEmpty()) {
      return new Judgement(
          Outcome.CONFLICT, before, identity, conflict(registered, identity, after.issuer()));
    }
    var changes = new ArrayList<MetadataChange>();
    if (before != null) {
      changes.addAll(keyChanges(before, after));
      changes.addAll(endpointChanges(before, after));
      if (!before.issuer().equals(after.issuer())) {
        changes.add(
            new MetadataChange(
                Kind.ISSUER_CHANGED, "from " + before.issuer() + " to " + after.issuer()));
      }
    }
    Outcome outcome = before == null || !changes.isEmpty() ? Outcome.CHANGED : Outcome.UNCHANGED;
    changes.addAll(expiry(after, now));
    return new Judgement(outcome, after, changes, expired(registered, after, now));
  }

  /** What a document's certificates are, for whoever watches their dates. */
  static List<CertificateSummary> summaries(@Nullable AuthMetadataDocument document) {
    return document == null
        ? List.of()
        : certificates(document).values().stream().map(SigningCertificate::summary).toList();
  }

  /** When the certificate that lasts longest ends. */
  static Optional<Instant> end(@Nullable AuthMetadataDocument document) {
    return summaries(document).stream().map(CertificateSummary::notAfter).max(Instant::compareTo);
  }

  private static List<MetadataChange> identityChanges(
      PartnerRegistered registered,
      @Nullable AuthMetadataDocument before,
      PrincipalName now,
      boolean accepted) {
    var changes = new ArrayList<MetadataChange>();
    Optional<PrincipalName> was =
        before == null || accepted ? Optional.empty() : PrincipalName.tryParse(before.issuer());
    String identifier =
        registered.applicationIdentifier() == null
            ? was.map(PrincipalName::applicationIdentifier).orElse(null)
            : registered.applicationIdentifier();
    if (identifier != null && !identifier.equals(now.applicationIdentifier())) {
      changes.add(
          new MetadataChange(
              Kind.APPLICATION_IDENTIFIER_CHANGED,
              "from " + identifier + " to " + now.applicationIdentifier()));
    }
    String realm =
        registered.realm() == null
            ? was.map(PrincipalName::realm).orElse(null)
            : registered.realm();
    if (realm != null && !now.anyRealm() && !realm.equals(now.realm())) {
      changes.add(new MetadataChange(Kind.REALM_CHANGED, "from " + realm + " to " + now.realm()));
    }
    return changes;
  }

  private static List<MetadataChange> keyChanges(
      AuthMetadataDocument before, AuthMetadataDocument after) {
    Map<String, SigningCertificate> old = certificates(before);
    Map<String, SigningCertificate> current = certificates(after);
    var changes = new ArrayList<MetadataChange>();
    current.forEach(
        (x5t, certificate) -> {
          if (!old.containsKey(x5t)) {
            changes.add(new MetadataChange(Kind.KEY_ADDED, shown(certificate)));
          }
        });
    old.forEach(
        (x5t, certificate) -> {
          if (!current.containsKey(x5t)) {
            changes.add(
                new MetadataChange(
                    Kind.KEY_REMOVED,
                    shown(certificate) + "; tokens signed with it are refused from now on"));
          }
        });
    int weakestBefore = weakest(old);
    int weakestNow = weakest(current);
    if (weakestNow < weakestBefore) {
      changes.add(
          new MetadataChange(
              Kind.WEAKER_THAN_BEFORE,
              "a key of %d bits where the weakest had %d".formatted(weakestNow, weakestBefore)));
    }
    return changes;
  }

  private static List<MetadataChange> endpointChanges(
      AuthMetadataDocument before, AuthMetadataDocument after) {
    return Objects.equals(before.endpoints(), after.endpoints())
        ? List.of()
        : List.of(
            new MetadataChange(
                Kind.ENDPOINT_CHANGED,
                "from %s to %s".formatted(locations(before), locations(after))));
  }

  private static List<MetadataChange> expiry(AuthMetadataDocument document, Instant now) {
    var changes = new ArrayList<MetadataChange>();
    certificates(document)
        .values()
        .forEach(
            certificate -> {
              if (certificate.notAfter().isBefore(now)) {
                changes.add(new MetadataChange(Kind.KEY_EXPIRED, shown(certificate)));
              } else if (certificate.notAfter().isBefore(now.plus(EXPIRING))) {
                changes.add(new MetadataChange(Kind.KEY_EXPIRING, shown(certificate)));
              }
            });
    return changes;
  }

  private static @Nullable Problem expired(
      PartnerRegistered registered, AuthMetadataDocument document, Instant now) {
    var certificates = certificates(document).values();
    return certificates.stream().anyMatch(it -> it.validAt(now))
        ? null
        : Problem.of(
            "certificate-expired",
            "No certificate in the document is valid now",
            422,
            ("Every signing certificate in the document of %s has expired or is not valid yet, so"
                    + " nothing that it signs can be accepted: %s. On its side renew the"
                    + " certificate (Exchange: Set-AuthConfig -NewCertificateThumbprint …; Skype for"
                    + " Business: Set-CsCertificate -Type OAuthTokenIssuer …), then run ./concordat"
                    + " partner refresh %s.")
                .formatted(
                    registered.name(),
                    String.join("; ", certificates.stream().map(MetadataChanges::shown).toList()),
                    registered.name()));
  }

  private static Problem conflict(
      PartnerRegistered registered, List<MetadataChange> changes, String issuer) {
    boolean explicit = registered.applicationIdentifier() != null || registered.realm() != null;
    return Problem.of(
        "identity-conflict",
        "The document is of another identity",
        409,
        "The document of %s is now that of %s (%s). It is not used; the one before stays. %s"
            .formatted(
                registered.name(),
                issuer,
                String.join(
                    "; ",
                    changes.stream()
                        .map(
                            it ->
                                (it.kind() == Kind.REALM_CHANGED ? "realm " : "identifier ")
                                    + it.detail())
                        .toList()),
                explicit
                    ? "If that is right, register the partner with this identifier and realm; if"
                        + " not, the URL leads to another server."
                    : "If that is right, run ./concordat partner accept "
                        + registered.name()
                        + "; if not, the URL leads to another server."));
  }

  private static Problem realmUnpinned(PartnerRegistered registered, String issuer) {
    return Problem.of(
        "realm-unpinned",
        "The document leaves the realm open",
        422,
        ("The document of %s has the issuer %s, whose realm * fits any. Register the partner with"
                + " its realm to use it.")
            .formatted(registered.name(), issuer));
  }

  private static Problem unmodifiedOfNothing(PartnerRegistered registered) {
    return Problem.of(
        "metadata-invalid",
        "The document can't be used",
        422,
        "The server of %s says that the document has not changed, but none was read before."
            .formatted(registered.name()));
  }

  private static Map<String, SigningCertificate> certificates(AuthMetadataDocument document) {
    var certificates = new LinkedHashMap<String, SigningCertificate>();
    document
        .keys()
        .forEach(
            key ->
                SigningCertificate.tryParse(key.certificate())
                    .ifPresent(certificate -> certificates.put(certificate.x5t(), certificate)));
    return certificates;
  }

  private static int weakest(Map<String, SigningCertificate> certificates) {
    return certificates.values().stream()
        .filter(SigningCertificate::rsa)
        .mapToInt(SigningCertificate::keyBits)
        .min()
        .orElse(Integer.MAX_VALUE);
  }

  private static String shown(SigningCertificate certificate) {
    return "%s (%s, until %s)"
        .formatted(certificate.thumbprint(), certificate.subject(), certificate.notAfter());
  }

  private static String locations(AuthMetadataDocument document) {
    return document.endpoints().stream()
        .map(AuthMetadataDocument.Endpoint::location)
        .toList()
        .toString();
  }
}
