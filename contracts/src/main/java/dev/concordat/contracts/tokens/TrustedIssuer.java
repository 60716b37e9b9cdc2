package dev.concordat.contracts.tokens;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An issuer that the receiver trusts now: an enabled partner, broker or token server.
 *
 * @param name its issuer identifier
 * @param kind for whom it may speak
 * @param keys the certificates of the signing keys that it publishes, the current one first
 * @param applications the applications that are registered to come through it; means nothing where
 *     the kind is {@code SELF} or {@code BROKER}
 */
public record TrustedIssuer(
    PrincipalName name, Kind kind, List<SigningCertificate> keys, Set<PrincipalName> applications) {

  public TrustedIssuer {
    keys = List.copyOf(keys);
    applications = Set.copyOf(applications);
  }

  /** For whom an issuer may speak. */
  public enum Kind {
    /** Only for itself: {@code nameid} equals {@code iss}. */
    SELF,
    /** For any application of its certificate: SharePoint's {@code -IsTrustBroker}. */
    BROKER,
    /** For the applications that are registered to come through it. */
    TOKEN_SERVER
  }

  /** A partner that issues its own tokens. */
  public static TrustedIssuer self(PrincipalName name, List<SigningCertificate> keys) {
    return new TrustedIssuer(name, Kind.SELF, keys, Set.of());
  }

  /** An issuer that speaks for any application. */
  public static TrustedIssuer broker(PrincipalName name, List<SigningCertificate> keys) {
    return new TrustedIssuer(name, Kind.BROKER, keys, Set.of());
  }

  /** A token server and the applications that are registered to come through it. */
  public static TrustedIssuer tokenServer(
      PrincipalName name, List<SigningCertificate> keys, Set<PrincipalName> applications) {
    return new TrustedIssuer(name, Kind.TOKEN_SERVER, keys, applications);
  }

  /** Whether this issuer may name the application as the actor. */
  boolean speaksFor(PrincipalName application, RealmComparison comparison) {
    return switch (kind) {
      case SELF -> application.matches(name, comparison);
      case BROKER -> true;
      case TOKEN_SERVER ->
          applications.stream().anyMatch(known -> known.matches(application, comparison));
    };
  }

  /** How a validation finds an issuer. Only enabled ones may be found. */
  @FunctionalInterface
  public interface Lookup {

    /** The trusted issuer of this name under the comparison that the receiver has configured. */
    Optional<TrustedIssuer> find(PrincipalName name);

    /** Finds among these. */
    static Lookup among(Collection<TrustedIssuer> issuers, RealmComparison comparison) {
      List<TrustedIssuer> known = List.copyOf(issuers);
      return name ->
          known.stream().filter(issuer -> issuer.name().matches(name, comparison)).findFirst();
    }

    /** Finds among these, ordinally. */
    static Lookup among(Collection<TrustedIssuer> issuers) {
      return among(issuers, RealmComparison.ORDINAL);
    }
  }
}
