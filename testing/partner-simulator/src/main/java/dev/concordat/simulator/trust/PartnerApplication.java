package dev.concordat.simulator.trust;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.TrustedIssuer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody whose tokens a simulated server takes: a partner application of Exchange or Skype for
 * Business, or a trusted security token issuer of SharePoint.
 *
 * @param name its name there
 * @param issuer its application identifier and realm
 * @param source where its keys come from
 * @param certificates the certificates that were read
 * @param enabled whether its tokens count
 * @param rights what it may do
 */
public record PartnerApplication(
    String name,
    PrincipalName issuer,
    Source source,
    List<SigningCertificate> certificates,
    boolean enabled,
    Rights rights) {

  public PartnerApplication {
    certificates = List.copyOf(certificates);
  }

  /** Where the keys of somebody come from. */
  public sealed interface Source {

    /** From a metadata document, when it was set up and whenever it is refreshed. */
    record Metadata(String url, boolean trustAnyTlsCertificate) implements Source {}

    /** From a certificate that an admin gave; never refreshed. */
    record Certificate() implements Source {}

    /** From none: its tokens are issued by a token server. */
    record ThroughTokenServer() implements Source {}
  }

  /**
   * What {@code Configure-EnterprisePartnerApplication.ps1 -ApplicationType} takes, with the roles
   * that each brings and whether it may name users by SID (setup.md 1.1).
   */
  @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
  public enum Type {
    LYNC(
        "LyncEnterprise",
        Set.of("UserApplication", "ArchiveApplication", "MeetingGraphApplication"),
        true),
    SHAREPOINT(
        "SharePointEnterprise",
        Set.of(
            "UserApplication",
            "LegalHoldApplication",
            "Mailbox Search",
            "TeamMailboxLifecycleApplication",
            "Legal Hold"),
        true),
    GENERIC("GenericEnterprise", Set.of("UserApplication"), false);

    private final String prefix;
    private final Set<String> roles;
    private final boolean acceptsSids;

    Type(String prefix, Set<String> roles, boolean acceptsSids) {
      this.prefix = prefix;
      this.roles = roles;
      this.acceptsSids = acceptsSids;
    }

    /** How the names that the script makes up begin. */
    public String prefix() {
      return prefix;
    }

    /** What the script gives it. */
    public Rights.AtExchange rights() {
      return new Rights.AtExchange(
          prefix + "-ApplicationAccount", roles, List.of(), List.of(), acceptsSids);
    }

    /** The type of this name, in any case. */
    public static Type named(String name) {
      for (Type type : values()) {
        if (type.name().equals(name.toUpperCase(Locale.ROOT))) {
          return type;
        }
      }
      throw new IllegalArgumentException(
          "Invalid (ServiceName) specified. Possible values are 'Lync', 'SharePoint', or"
              + " 'Generic'.");
    }
  }

  /** Where its metadata document is, if its keys come from one. */
  public Optional<String> metadataUrl() {
    return source instanceof Source.Metadata(String url, _) ? Optional.of(url) : Optional.empty();
  }

  /**
   * Whether, at Exchange, its linked account has a role, or it has app-only permissions instead.
   */
  public boolean holds(String role) {
    return rights instanceof Rights.AtExchange it
        && (it.roles().contains(role) || !it.appOnlyPermissions().isEmpty());
  }

  /** The same, enabled or not. */
  public PartnerApplication enabled(boolean now) {
    return new PartnerApplication(name, issuer, source, certificates, now, rights);
  }

  /** The same with other rights. */
  public PartnerApplication with(Rights other) {
    return new PartnerApplication(name, issuer, source, certificates, enabled, other);
  }

  /** The same after its keys were read again. */
  PartnerApplication as(PrincipalName readIssuer, List<SigningCertificate> read) {
    return new PartnerApplication(name, readIssuer, source, read, enabled, rights);
  }

  /** As an issuer of its own tokens; empty where a token server issues them. */
  Optional<TrustedIssuer> asIssuer() {
    if (source instanceof Source.ThroughTokenServer) {
      return Optional.empty();
    }
    return Optional.of(
        rights instanceof Rights.AtSharePoint(boolean trustBroker) && trustBroker
            ? TrustedIssuer.broker(issuer, certificates)
            : TrustedIssuer.self(issuer, certificates));
  }
}
