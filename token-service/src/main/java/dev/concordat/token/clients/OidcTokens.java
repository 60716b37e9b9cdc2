package dev.concordat.token.clients;

import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.TenantIdentityProvider;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Tokens of the configured OIDC issuer, checked by the same configuration that guards /v1. */
@Singleton
public class OidcTokens {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final TenantIdentityProvider identityProvider;

  @Inject
  OidcTokens(TenantIdentityProvider identityProvider) {
    this.identityProvider = identityProvider;
  }

  /** Whose token this is. Blocks while the issuer's keys are fetched. */
  SecurityIdentity verify(String token) throws UnprovedClient, UnverifiableClient {
    try {
      return identityProvider
          .authenticate(new AccessTokenCredential(token))
          .await()
          .atMost(PATIENCE);
    } catch (AuthenticationFailedException e) {
      throw new UnprovedClient("the OIDC issuer's token does not hold");
    } catch (RuntimeException e) {
      throw new UnverifiableClient(e);
    }
  }
}
