package dev.concordat.simulator.trust;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.TrustedIssuer;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A partner application as Exchange keeps it ({@code Get-PartnerApplication}).
 *
 * @param name its name, made up by the script
 * @param type what it was set up as
 * @param authMetadataUrl where its keys were read from
 * @param issuer its application identifier and realm
 * @param certificates the certificates that were read
 * @param enabled whether its tokens count
 */
public record PartnerApplication(
    String name,
    Type type,
    String authMetadataUrl,
    PrincipalName issuer,
    List<SigningCertificate> certificates,
    boolean enabled) {

  /**
   * What {@code Configure-EnterprisePartnerApplication.ps1 -ApplicationType} takes, with the roles
   * that each brings and whether it may name users by SID (setup.md 1.1).
   */
  @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
  public enum Type {
    LYNC(Set.of("UserApplication", "ArchiveApplication", "MeetingGraphApplication"), true),
    SHAREPOINT(
        Set.of(
            "UserApplication",
            "LegalHoldApplication",
            "Mailbox Search",
            "TeamMailboxLifecycleApplication",
            "Legal Hold"),
        true),
    GENERIC(Set.of("UserApplication"), false);

    private final Set<String> roles;
    private final boolean acceptsSids;

    Type(Set<String> roles, boolean acceptsSids) {
      this.roles = roles;
      this.acceptsSids = acceptsSids;
    }

    /** Whether its linked account has a role. */
    public boolean has(String role) {
      return roles.contains(role);
    }

    /** Whether it may name users by SID. */
    public boolean acceptsSids() {
      return acceptsSids;
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

  TrustedIssuer trusted() {
    return TrustedIssuer.self(issuer, certificates);
  }
}
