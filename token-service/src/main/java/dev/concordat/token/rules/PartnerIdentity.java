package dev.concordat.token.rules;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.token.rules.TokenRules.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who a partner is: what was registered, and for what was not, its last good metadata document. */
public final class PartnerIdentity {

  private PartnerIdentity() {}

  /**
   * The partner's name in the case in which it is known, which is the case that its own tokens have
   * to have; empty where nothing tells it.
   */
  public static Optional<PrincipalName> known(
      PartnerRegistered partner, @Nullable MetadataRefreshed reading) {
    try {
      return Optional.of(of(partner, reading));
    } catch (Refusal unknown) {
      return Optional.empty();
    }
  }

  static PrincipalName of(PartnerRegistered partner, @Nullable MetadataRefreshed reading)
      throws Refusal {
    var document = reading == null ? null : reading.document();
    Optional<PrincipalName> issuer =
        document == null ? Optional.empty() : PrincipalName.tryParse(document.issuer());
    if (document == null
        && reading != null
        && reading.outcome() == MetadataRefreshed.Outcome.CONFLICT) {
      throw new Refusal(
          RefusalReason.IDENTITY_CONFLICT,
          "The metadata document of '%1$s' has another identity than what was registered. Compare both, then accept it (concordat partner accept %1$s) or mend the registration."
              .formatted(partner.name()));
    }
    String applicationIdentifier =
        registeredOr(
            partner.applicationIdentifier(), issuer.map(PrincipalName::applicationIdentifier));
    String realm =
        registeredOr(
            partner.realm(), issuer.filter(found -> !found.anyRealm()).map(PrincipalName::realm));
    if (applicationIdentifier == null || realm == null) {
      throw new Refusal(RefusalReason.IDENTITY_UNKNOWN, whyUnknown(partner, reading));
    }
    try {
      return new PrincipalName(applicationIdentifier, realm);
    } catch (MalformedName e) {
      throw new Refusal(
          RefusalReason.NO_PRINCIPAL_NAME,
          "The application identifier or realm of '%s' can't stand in a server-to-server token: %s."
              .formatted(partner.name(), e.getMessage()));
    }
  }

  private static @Nullable String registeredOr(@Nullable String registered, Optional<String> read) {
    return registered != null && !registered.isBlank() ? registered : read.orElse(null);
  }

  private static String whyUnknown(PartnerRegistered partner, @Nullable MetadataRefreshed reading) {
    if (!(partner.trust() instanceof Trust.ByMetadata)) {
      return "The registration of '%s' names no application identifier or no realm, and has no metadata document to tell them. Set both."
          .formatted(partner.name());
    }
    if (reading == null) {
      return "The metadata document of '%s' has not been read yet. Ask again in a few seconds; if this stays, see whether the metadata-service runs."
          .formatted(partner.name());
    }
    if (reading.document() != null) {
      return "The metadata document of '%s' names no realm of its own. Set the realm in the registration."
          .formatted(partner.name());
    }
    var problem = reading.problem();
    return "The metadata document of '%1$s' could not be read%2$s. Mend that, then refresh it (concordat partner refresh %1$s)."
        .formatted(
            partner.name(),
            problem == null ? "" : " (" + problem.code() + ", " + problem.title() + ")");
  }
}
