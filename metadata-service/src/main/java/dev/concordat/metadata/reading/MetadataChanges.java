package dev.concordat.metadata.reading;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.MetadataChange;
import dev.concordat.contracts.events.MetadataChange.Kind;
import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
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
   * @param inUse the document to use from now on: the last good one
   * @param changes what is different, each with what it means for traffic now
   * @param problem what is wrong, with the reading or with the document, and what it means for
   *     traffic now
   */
  record Judgement(
      Outcome outcome,
      @Nullable Known inUse,
      List<MetadataChange> changes,
      @Nullable Problem problem) {}

  private MetadataChanges() {}

  /**
   * @param before the last good document; absent if there is none
   * @param accepted whether an admin accepts another identity than before
   */
  static Judgement judge(
      PartnerRegistered registered,
      @Nullable Known before,
      Fetched fetched,
      boolean accepted,
      Instant now) {
    return switch (fetched) {
      case Fetched.Unreachable(Problem problem) ->
          new Judgement(
              Outcome.UNREACHABLE, before, List.of(), problem.with("traffic", stays(before, now)));
      case Fetched.Unusable(Problem problem) ->
          new Judgement(
              Outcome.INVALID, before, List.of(), problem.with("traffic", stays(before, now)));
      case Fetched.Unmodified _ ->
          before == null
              ? new Judgement(Outcome.INVALID, null, List.of(), unmodifiedOfNothing(registered))
              : judge(registered, before, before, accepted, now);
      case Fetched.Document it ->
          judge(registered, before, Known.of(it.document(), before), accepted, now);
    };
  }

  private static Judgement judge(
      PartnerRegistered registered,
      @Nullable Known before,
      Known after,
      boolean accepted,
      Instant now) {
    String name = after.document().issuer();
    Optional<PrincipalName> issuer = PrincipalName.tryParse(name);
    if (issuer.isEmpty()) {
      return new Judgement(
          Outcome.INVALID,
          before,
          List.of(),
          Problem.of(
                  "metadata-invalid",
                  "The document can't be used",
                  422,
                  "The issuer in the document of %s is no id@realm.".formatted(registered.name()))
              .with("traffic", stays(before, now)));
    }
    if (issuer.get().anyRealm() && registered.realm() == null) {
      return new Judgement(
          Outcome.INVALID,
          before,
          List.of(),
          realmUnpinned(registered, name).with("traffic", stays(before, now)));
    }
    List<MetadataChange> identity =
        identityChanges(registered, before, after.document(), issuer.get(), accepted);
    if (!identity.isEmpty()) {
      return new Judgement(
          Outcome.CONFLICT,
          before,
          identity,
          conflict(registered, identity, name).with("traffic", stays(before, now)));
    }
    var changes = new ArrayList<MetadataChange>();
    if (before != null) {
      changes.addAll(keyChanges(before, after, now));
      changes.addAll(endpointChanges(before.document(), after.document()));
      if (!before.document().issuer().equals(name)) {
        changes.add(
            new MetadataChange(
                Kind.ISSUER_CHANGED,
                "from %1$s to %2$s; tokens of %2$s are accepted from now on, those of the other"
                        .formatted(before.document().issuer(), name)
                    + " refused"));
      }
    }
    Outcome outcome = before == null || !changes.isEmpty() ? Outcome.CHANGED : Outcome.UNCHANGED;
    changes.addAll(expiry(after, now));
    return new Judgement(outcome, after, changes, expired(registered, after, now));
  }

  /** What it means for traffic that the document before stays in use. */
  private static String stays(@Nullable Known before, Instant now) {
    return before == null
        ? "No document was ever used: nothing that this partner signs is accepted."
        : before
            .end()
            .filter(it -> it.isAfter(now))
            .map(
                it ->
                    "Traffic goes on with the document before, until its last certificate ends on "
                        + it
                        + ".")
            .orElse(
                "The document before has no valid certificate left: nothing that this partner signs"
                    + " is accepted.");
  }

  private static List<MetadataChange> identityChanges(
      PartnerRegistered registered,
      @Nullable Known before,
      AuthMetadataDocument after,
      PrincipalName now,
      boolean accepted) {
    var changes = new ArrayList<MetadataChange>();
    Optional<PrincipalName> was =
        before == null || accepted
            ? Optional.empty()
            : PrincipalName.tryParse(before.document().issuer());
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
    Optional<String> server =
        before == null || accepted
            ? Optional.empty()
            : DiscoveryDocument.issuerUrl(before.document());
    Optional<String> serverNow = DiscoveryDocument.issuerUrl(after);
    if (server.isPresent() && !server.equals(serverNow)) {
      changes.add(
          new MetadataChange(
              Kind.ISSUER_CHANGED,
              "from " + server.get() + " to " + serverNow.orElse("a document without one")));
    }
    return changes;
  }

  private static List<MetadataChange> keyChanges(Known before, Known after, Instant now) {
    Map<String, CertificateSummary> old = byThumbprint(before);
    Map<String, CertificateSummary> current = byThumbprint(after);
    var changes = new ArrayList<MetadataChange>();
    current.forEach(
        (thumbprint, certificate) -> {
          if (!old.containsKey(thumbprint)) {
            changes.add(
                new MetadataChange(
                    Kind.KEY_ADDED,
                    shown(certificate)
                        + "; tokens signed with it are accepted from "
                        + (certificate.notBefore().isAfter(now)
                            ? certificate.notBefore() + " on"
                            : "now on")));
          }
        });
    old.forEach(
        (thumbprint, certificate) -> {
          if (!current.containsKey(thumbprint)) {
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
              ("a key of %d bits where the weakest had %d; it is accepted, and easier to forge:"
                      + " have it replaced by one of 2048 bits or more")
                  .formatted(weakestNow, weakestBefore)));
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
                "from %s to %s; the tokens that it signs are accepted as before"
                    .formatted(locations(before), locations(after))));
  }

  private static List<MetadataChange> expiry(Known document, Instant now) {
    var changes = new ArrayList<MetadataChange>();
    for (CertificateSummary certificate : document.certificates()) {
      if (certificate.notAfter().isBefore(now)) {
        changes.add(
            new MetadataChange(
                Kind.KEY_EXPIRED, shown(certificate) + "; tokens signed with it are refused"));
      } else if (certificate.notAfter().isBefore(now.plus(EXPIRING))) {
        boolean last =
            document.certificates().stream()
                .noneMatch(it -> it.notAfter().isAfter(certificate.notAfter()));
        changes.add(
            new MetadataChange(
                Kind.KEY_EXPIRING,
                shown(certificate)
                    + "; in %d days tokens signed with it are refused%s"
                        .formatted(
                            Duration.between(now, certificate.notAfter()).toDays(),
                            last
                                ? ", and there is no key that lasts longer: the next one must be"
                                    + " published before"
                                : ", and another key lasts longer")));
      }
    }
    return changes;
  }

  private static @Nullable Problem expired(
      PartnerRegistered registered, Known document, Instant now) {
    return document.certificates().stream().anyMatch(it -> validAt(it, now))
        ? null
        : Problem.of(
                "certificate-expired",
                "No certificate in the document is valid now",
                422,
                ("Every signing certificate in the document of %s has expired or is not valid yet,"
                        + " so nothing that it signs can be accepted: %s. On its side renew the"
                        + " certificate (Exchange: Set-AuthConfig -NewCertificateThumbprint …; Skype"
                        + " for Business: Set-CsCertificate -Type OAuthTokenIssuer …), then run"
                        + " ./concordat partner refresh %s.")
                    .formatted(
                        registered.name(),
                        String.join(
                            "; ",
                            document.certificates().stream().map(MetadataChanges::shown).toList()),
                        registered.name()))
            .with("traffic", "Nothing that this partner signs is accepted.");
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
                                switch (it.kind()) {
                                      case REALM_CHANGED -> "realm ";
                                      case ISSUER_CHANGED -> "issuer ";
                                      default -> "identifier ";
                                    }
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

  private static Map<String, CertificateSummary> byThumbprint(Known document) {
    var certificates = new LinkedHashMap<String, CertificateSummary>();
    document.certificates().forEach(it -> certificates.put(it.thumbprint(), it));
    return certificates;
  }

  private static int weakest(Map<String, CertificateSummary> certificates) {
    return certificates.values().stream()
        .mapToInt(CertificateSummary::keyBits)
        .min()
        .orElse(Integer.MAX_VALUE);
  }

  /** Whether this moment lies within the certificate's dates. */
  static boolean validAt(CertificateSummary certificate, Instant moment) {
    return !moment.isBefore(certificate.notBefore()) && !moment.isAfter(certificate.notAfter());
  }

  private static String shown(CertificateSummary certificate) {
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
