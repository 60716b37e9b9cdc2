package dev.concordat.token.clients;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.tokens.CertificateBinding;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.Client;
import dev.concordat.token.signing.TokenConfig;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks. A registered workload proves itself by an assertion signed with a key of its
 * own, by a secret, by its TLS certificate, or by a token of the OIDC issuer for the service
 * account that it runs as; an admin by a token of that issuer with the role {@code admin}.
 */
@Singleton
public class ClientAuthentication {

  /** The only {@code client_assertion_type} (RFC 7523 section 2.2). */
  public static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private static final String ADMIN = "admin";

  private final Partners partners;
  private final ClientNames names;
  private final OidcTokens oidcTokens;
  private final ClientKeys keys;
  private final ClientSecrets secrets;
  private final SeenAssertions seen;
  private final Set<String> audiences;
  private final InstantSource clock;

  @Inject
  ClientAuthentication(
      Partners partners,
      ClientNames names,
      OidcTokens oidcTokens,
      ClientKeys keys,
      ClientSecrets secrets,
      SeenAssertions seen,
      TokenConfig config,
      InstantSource clock) {
    this.partners = partners;
    this.names = names;
    this.oidcTokens = oidcTokens;
    this.keys = keys;
    this.secrets = secrets;
    this.seen = seen;
    this.audiences = Set.of(config.effectiveIssuer(), config.tokenUrl());
    this.clock = clock;
  }

  /** Who sent this proof. */
  public Client authenticate(ClientProof proof) throws UnprovedClient, UnverifiableClient {
    Client client =
        switch (proof) {
          case ClientProof.Assertion assertion -> byAssertion(assertion.jwt());
          case ClientProof.Secret secret -> bySecret(secret);
          case ClientProof.Certificate certificate -> byCertificate(certificate);
        };
    requireNamed(proof.clientId(), client);
    return client;
  }

  /**
   * The workload that sent this secret, where that is known without waiting: it held before, and
   * still does. Only for one that names itself as it is registered, so that nothing but its own
   * registration can change whose secret this is.
   */
  public Optional<Client.Workload> atOnce(ClientProof.Secret proof) {
    return partners
        .workload(proof.clientId())
        .filter(workload -> secrets.known(workload, proof.secret()))
        .map(Client.Workload::new);
  }

  /**
   * The workload that granted this (RFC 7523 section 2.1): it signed an assertion whose issuer it
   * is, and which names the subject.
   */
  public Granted granted(String assertion) throws UnprovedClient, UnverifiableClient {
    ClientAssertion read = read(assertion);
    PartnerRegistered workload =
        read.issuer()
            .flatMap(names::workload)
            .orElseThrow(
                () -> new UnprovedClient("the assertion's iss is no enabled workload of ours"));
    String subject =
        read.subject().orElseThrow(() -> new UnprovedClient("the assertion has no sub"));
    prove(read, workload);
    return new Granted(
        new Client.Workload(workload), names.isNameOf(workload, subject) ? null : subject);
  }

  /**
   * What an assertion grants.
   *
   * @param client who signed it
   * @param subject for whom; absent where it is the client itself
   */
  public record Granted(Client.Workload client, @Nullable String subject) {}

  private static ClientAssertion read(String assertion) throws UnprovedClient {
    return ClientAssertion.read(assertion)
        .orElseThrow(() -> new UnprovedClient("the assertion is no signed JWT"));
  }

  private Client byAssertion(String assertion) throws UnprovedClient, UnverifiableClient {
    ClientAssertion read = read(assertion);
    Optional<PartnerRegistered> workload =
        read.claimedClient().flatMap(names::workload).filter(ClientKeys::has);
    if (workload.isEmpty()) {
      return byOidcToken(assertion);
    }
    prove(read, workload.get());
    return new Client.Workload(workload.get());
  }

  private void prove(ClientAssertion assertion, PartnerRegistered workload)
      throws UnprovedClient, UnverifiableClient {
    ClientAssertion.Identifier identifier =
        assertion.prove(
            keys.of(workload, assertion.keyId().orElse(null)), audiences, clock.instant());
    if (!seen.firstUse(workload.name(), identifier)) {
      throw new UnprovedClient("the assertion of '%s' was used before".formatted(workload.name()));
    }
  }

  private Client bySecret(ClientProof.Secret proof) throws UnprovedClient, UnverifiableClient {
    PartnerRegistered workload = names.workload(proof.clientId()).orElse(null);
    try {
      if (secrets.holds(workload, proof.secret()) && workload != null) {
        return new Client.Workload(workload);
      }
    } catch (ClientSecrets.TooManySecrets e) {
      throw new UnverifiableClient(String.valueOf(e.getMessage()));
    }
    throw new UnprovedClient(
        workload == null ? "no enabled workload has this client_id" : "the secret is another");
  }

  private Client byCertificate(ClientProof.Certificate proof) throws UnprovedClient {
    PartnerRegistered workload =
        names
            .workload(proof.clientId())
            .orElseThrow(() -> new UnprovedClient("no enabled workload has this client_id"));
    if (!keys.hasCertificate(workload, proof.certificate())) {
      throw new UnprovedClient(
          "the TLS certificate is none that is registered for '%s' and valid now"
              .formatted(workload.name()));
    }
    return new Client.Workload(workload, CertificateBinding.to(proof.certificate()));
  }

  private void requireNamed(@Nullable String clientId, Client client) throws UnprovedClient {
    boolean same =
        clientId == null
            || clientId.equals(client.name())
            || (client instanceof Client.Workload workload
                && names.isNameOf(workload.registration(), clientId));
    if (!same) {
      throw new UnprovedClient("client_id is not the client that the assertion proves");
    }
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
}
