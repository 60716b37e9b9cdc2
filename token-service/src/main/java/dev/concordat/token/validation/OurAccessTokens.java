package dev.concordat.token.validation;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.tokens.AccessTokenClaims;
import dev.concordat.contracts.tokens.AccessTokenValidation;
import dev.concordat.contracts.tokens.AccessTokenValidation.Answer;
import dev.concordat.contracts.tokens.AccessTokenValidation.Expected;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.token.keys.ActiveKeyRing;
import dev.concordat.token.keys.KeyRing;
import dev.concordat.token.keys.NoSigningKey;
import dev.concordat.token.partners.KnownPartner;
import dev.concordat.token.partners.PartnerDirectory;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.TokenRules;
import dev.concordat.token.signing.TokenConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Judges the access tokens that we issue for services of our own (RFC 9068). Besides what the token
 * itself proves, the service is still registered, and the client still may call it.
 */
@Singleton
public class OurAccessTokens {

  private final AccessTokenValidation rules;
  private final String issuer;
  private final ActiveKeyRing keys;
  private final PartnerDirectory directory;
  private final Partners partners;
  private final ValidationLog log;
  private final InstantSource clock;

  @Inject
  OurAccessTokens(
      ValidationConfig config,
      TokenConfig tokens,
      ActiveKeyRing keys,
      PartnerDirectory directory,
      Partners partners,
      ValidationLog log,
      InstantSource clock) {
    this.rules = new AccessTokenValidation(config.settings(), SignatureCheck.byPlatform());
    this.issuer = tokens.effectiveIssuer();
    this.keys = keys;
    this.directory = directory;
    this.partners = partners;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Judges an access token by what it says. Whoever is told that it holds compares the certificate
   * that it is bound to, if it is.
   *
   * @param token the token alone, without {@code Bearer}
   * @param asked whether a service, by its application identifier, is the one that is called
   */
  public Judgement judge(String token, Predicate<String> asked) {
    return judge(token, asked, claims -> true);
  }

  /**
   * Judges an access token as it was presented.
   *
   * @param token the token alone, without {@code Bearer}
   * @param asked whether a service, by its application identifier, is the one that is called
   * @param presented the certificate of the caller's connection; absent where it had none
   */
  public Judgement judge(
      String token, Predicate<String> asked, @Nullable X509Certificate presented) {
    return judge(token, asked, claims -> claims.mayComeWith(presented));
  }

  private Judgement judge(
      String token, Predicate<String> asked, Predicate<AccessTokenClaims> presented) {
    Instant now = clock.instant();
    return switch (rules.validate(token, new Expected(issuer, published(), asked), now)) {
      case Answer.Broke(Refusal refusal) -> refused(refusal);
      case Answer.Held(AccessTokenClaims claims, Instant _) when !presented.test(claims) ->
          refused(new Refusal(Rule.CNF, "it is bound to a certificate that did not come with it"));
      case Answer.Held(AccessTokenClaims claims, Instant until) -> authorized(claims, until);
    };
  }

  private Judgement authorized(AccessTokenClaims claims, Instant until) {
    Optional<KnownPartner> service = directory.service(claims.audience());
    if (service.isEmpty()) {
      return refused(new Refusal(Rule.AUD, "no enabled service of ours is registered under it"));
    }
    String name = service.get().registration().name();
    boolean mayCall =
        Client.Administrator.isIdOf(claims.clientId())
            || partners
                .workload(claims.clientId())
                .filter(client -> TokenRules.mayRequest(client, name))
                .isPresent();
    if (!mayCall) {
      return refused(
          new Refusal(
              Rule.CLIENT_ID, "its client was disabled or removed, or may not call any more"));
    }
    log.accepted(false);
    return new Judgement.HoldsForService(claims, until);
  }

  private List<SigningCertificate> published() {
    try {
      return keys.ring().published().stream().map(KeyRing.Published::certificate).toList();
    } catch (NoSigningKey revoked) {
      return List.of();
    }
  }

  private Judgement.Refused refused(Refusal refusal) {
    log.refused(refusal);
    return new Judgement.Refused(refusal);
  }
}
