package dev.concordat.token.clients;

import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.Client;
import dev.concordat.token.signing.TokenConfig;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Finds out who asks, from a {@code client_assertion}: an assertion signed with a key that is
 * registered for the workload that it names, or a token of the OIDC issuer, which stands for an
 * admin (role {@code admin}) or for the workload that runs as its subject.
 */
@Singleton
public class ClientAuthentication {

  /** The only {@code client_assertion_type} (RFC 7523 section 2.2). */
  public static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private static final String ADMIN = "admin";

  private final Partners partners;
  private final OidcTokens oidcTokens;
  private final SeenAssertions seen;
  private final Set<String> audiences;
  private final InstantSource clock;

  @Inject
  ClientAuthentication(
      Partners partners,
      OidcTokens oidcTokens,
      SeenAssertions seen,
      TokenConfig config,
      InstantSource clock) {
    this.partners = partners;
    this.oidcTokens = oidcTokens;
    this.seen = seen;
    this.audiences = Set.of(config.effectiveIssuer(), config.tokenUrl());
    this.clock = clock;
  }

  /**
   * Who sent this assertion.
   *
   * @param assertion the JWT as it was sent
   */
  public Client authenticate(String assertion) throws UnprovedClient, UnverifiableClient {
    ClientAssertion read =
        ClientAssertion.read(assertion)
            .orElseThrow(() -> new UnprovedClient("the assertion is no signed JWT"));
    Optional<PartnerRegistered> workload =
        read.claimedClient().flatMap(partners::workload).filter(found -> !keysOf(found).isEmpty());
    return workload.isPresent() ? byOwnKey(read, workload.get()) : byOidcToken(assertion);
  }

  private Client byOwnKey(ClientAssertion assertion, PartnerRegistered workload)
      throws UnprovedClient {
    ClientAssertion.Identifier identifier =
        assertion.prove(keysOf(workload), audiences, clock.instant());
    if (!seen.firstUse(workload.name(), identifier)) {
      throw new UnprovedClient("the assertion of '%s' was used before".formatted(workload.name()));
    }
    return new Client.Workload(workload);
  }

  private Client byOidcToken(String token) throws UnprovedClient, UnverifiableClient {
    SecurityIdentity identity = oidcTokens.verify(token);
    if (identity.hasRole(ADMIN)) {
      return new Client.Administrator(identity.getPrincipal().getName());
    }
    if (!(identity.getPrincipal() instanceof JsonWebToken jwt) || jwt.getSubject() == null) {
      throw new UnprovedClient("the OIDC issuer's token has no subject");
    }
    return partners
        .workloadOf(jwt.getSubject())
        .map(Client.Workload::new)
        .orElseThrow(
            () ->
                new UnprovedClient(
                    "no single enabled workload is registered for the subject of the OIDC issuer's token"));
  }

  private static List<String> keysOf(PartnerRegistered workload) {
    ClientAuth clientAuth = workload.clientAuth();
    List<String> certificates = clientAuth == null ? null : clientAuth.certificates();
    return certificates == null ? List.of() : certificates;
  }
}
