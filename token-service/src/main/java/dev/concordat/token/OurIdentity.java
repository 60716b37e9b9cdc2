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
  }

  /** {@code <application identifier>@<realm>}: issuer and acting application of what we sign. */
  public PrincipalName name() {
    return name;
  }
}
