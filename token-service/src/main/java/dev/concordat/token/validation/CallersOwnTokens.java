package dev.concordat.token.validation;

import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.Receiver;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.contracts.tokens.TokenValidation;
import dev.concordat.contracts.tokens.TrustedIssuer;
import dev.concordat.contracts.tokens.Verdict;
import dev.concordat.token.IdentityConfig;
import dev.concordat.token.OurIdentity;
import dev.concordat.token.partners.KnownPartner;
import dev.concordat.token.signing.TokenConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The tokens that clients of our token server issue themselves, for it, to prove who they are:
 * {@code iss} and {@code nameid} are the client, {@code aud} is the token server (trust reference,
 * section 6). Only what a partner says of itself counts: no broker and no other token server
 * vouches here.
 */
@Singleton
public class CallersOwnTokens {

  private final TokenValidation rules;
  private final TrustedPartners trusted;
  private final OurReceiver ours;
  private final Receiver tokenServer;
  private final ValidationLog log;
  private final InstantSource clock;

  @Inject
  CallersOwnTokens(
      ValidationConfig config,
      TrustedPartners trusted,
      OurReceiver ours,
      OurIdentity identity,
      IdentityConfig identityConfig,
      TokenConfig tokenConfig,
      ValidationLog log,
      InstantSource clock) {
    this.rules = new TokenValidation(config.settings(), SignatureCheck.byPlatform());
    this.trusted = trusted;
    this.ours = ours;
    this.log = log;
    this.clock = clock;
    var hosts = new HashSet<>(identityConfig.hosts().orElse(List.of()));
    Optional.ofNullable(tokenConfig.publicUrl().getHost()).ifPresent(hosts::add);
    this.tokenServer =
        Receiver.of(
            identity.tokenServer().applicationIdentifier(), identity.tokenServer().realm(), hosts);
  }

  /** The partner that says by this token who it is; empty where the token doesn't hold. */
  public Optional<KnownPartner> caller(String assertion) {
    return switch (validate(assertion)) {
      case Refusal refusal -> {
        log.refused(refusal);
        yield Optional.empty();
      }
      case Accepted accepted
          when accepted.user() != null
              || accepted.actor().issuerKind() != TrustedIssuer.Kind.SELF ->
          Optional.empty();
      case Accepted accepted -> trusted.issuer(accepted.actor().issuer());
    };
  }

  private Verdict validate(String assertion) {
    Receiver receiver = tokenServer.publishing(ours.now().ownKeys());
    try {
      return rules.validate(assertion, receiver, trusted, clock.instant());
    } catch (MalformedName noName) {
      return new Refusal(Rule.PARSE, "a name in it is malformed");
    }
  }
}
