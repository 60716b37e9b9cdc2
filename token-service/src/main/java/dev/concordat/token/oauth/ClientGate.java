package dev.concordat.token.oauth;

import dev.concordat.token.clients.ClientAuthentication;
import dev.concordat.token.clients.ClientAuthentication.Granted;
import dev.concordat.token.clients.ClientProof;
import dev.concordat.token.clients.SubjectTokens;
import dev.concordat.token.clients.UnprovedClient;
import dev.concordat.token.clients.UnverifiableClient;
import dev.concordat.token.issuance.IssuanceLog;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.TokenRequest.RequestedUser;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Lets clients in that prove who they are, and tells all others the same. */
@Singleton
class ClientGate {

  private static final Logger LOG = Logger.getLogger(ClientGate.class);
  private static final int BAD_REQUEST = 400;

  private final ClientAuthentication clients;
  private final SubjectTokens subjects;
  private final IssuanceLog log;

  @Inject
  ClientGate(ClientAuthentication clients, SubjectTokens subjects, IssuanceLog log) {
    this.clients = clients;
    this.subjects = subjects;
    this.log = log;
  }

  /** Who sent this secret, where that is known without waiting. */
  Optional<Client.Workload> atOnce(ClientProof.Secret proof) {
    return clients.atOnce(proof);
  }

  /** Who sent this proof. */
  Client client(ClientProof proof) throws OAuthFailure {
    try {
      return clients.authenticate(proof);
    } catch (UnprovedClient e) {
      log.unproved(String.valueOf(e.getMessage()));
      throw OAuthFailure.unproved();
    } catch (UnverifiableClient e) {
      throw unverifiable(e);
    }
  }

  /**
   * What an assertion grants.
   *
   * @param proved the client that proved itself besides, if one did: it must be the same
   */
  Granted granted(String assertion, @Nullable Client proved) throws OAuthFailure {
    try {
      Granted granted = clients.granted(assertion);
      if (proved != null && !proved.name().equals(granted.client().name())) {
        log.unproved("another client than the one that proved itself signed the assertion");
        throw invalidGrant();
      }
      return granted;
    } catch (UnprovedClient e) {
      log.unproved(String.valueOf(e.getMessage()));
      throw invalidGrant();
    } catch (UnverifiableClient e) {
      throw unverifiable(e);
    }
  }

  /** Whose token a client has. */
  RequestedUser user(String subjectToken) throws OAuthFailure {
    try {
      return subjects.user(subjectToken);
    } catch (UnprovedClient e) {
      log.unproved(String.valueOf(e.getMessage()));
      throw new OAuthFailure(
          BAD_REQUEST,
          "invalid_request",
          "invalid-subject-token",
          "The subject token does not hold, or names no user by upn or email.");
    } catch (UnverifiableClient e) {
      throw unverifiable(e);
    }
  }

  private static OAuthFailure invalidGrant() {
    return new OAuthFailure(
        BAD_REQUEST, "invalid_grant", "invalid-grant", "The assertion does not hold.");
  }

  private static OAuthFailure unverifiable(UnverifiableClient failure) {
    LOG.warn("A client could not be verified", failure);
    return OAuthFailure.unavailable("Who would vouch for the client can't be asked.");
  }
}
