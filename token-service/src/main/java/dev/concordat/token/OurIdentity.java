package dev.concordat.token;

import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * The name under which we sign, checked once at start. It is written in lower case everywhere,
 * because SharePoint takes nothing else (MS-SPS2SAUTH 3.1.5) and others compare ordinally.
 */
@Singleton
public class OurIdentity {

  private final PrincipalName name;
  private final PrincipalName tokenServer;

  @Inject
  OurIdentity(IdentityConfig config) {
    try {
      name = new PrincipalName(config.applicationIdentifier(), config.realm()).lowerCase();
    } catch (MalformedName e) {
      // Without its cause: Quarkus prints a stack trace for any other root cause.
      throw new ConfigurationException(
          "concordat.identity.application-identifier '%s' and concordat.identity.realm '%s' make no principal name: %s. Allowed is a GUID (or other name without @, / and blanks) and a realm such as litwareinc.com."
              .formatted(config.applicationIdentifier(), config.realm(), e.getMessage()));
    }
    try {
      tokenServer = new PrincipalName(config.tokenServerIdentifier(), name.realm()).lowerCase();
    } catch (MalformedName e) {
      throw new ConfigurationException(
          "concordat.identity.token-server-identifier '%s' is no application identifier: %s. Allowed is a GUID (or other name without @, / and blanks)."
              .formatted(config.tokenServerIdentifier(), e.getMessage()));
    }
  }

  /** {@code <application identifier>@<realm>}: issuer and acting application of what we sign. */
  public PrincipalName name() {
    return name;
  }

  /** The name under which our token server issues: another application in the same realm. */
  public PrincipalName tokenServer() {
    return tokenServer;
  }
}
