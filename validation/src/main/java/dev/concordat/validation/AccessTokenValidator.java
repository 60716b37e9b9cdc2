package dev.concordat.validation;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.tokens.AccessTokenClaims;
import dev.concordat.contracts.tokens.AccessTokenValidation;
import dev.concordat.contracts.tokens.AccessTokenValidation.Answer;
import dev.concordat.contracts.tokens.AccessTokenValidation.Expected;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.contracts.tokens.TrustedIssuer;
import dev.concordat.contracts.tokens.ValidationSettings;
import java.net.http.HttpClient;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Validates the access tokens (RFC 9068) that the suite issues for one of its own services, inside
 * that service. Safe for use by several threads; keep one for the life of the service and close it
 * at the end. It refuses everything until the suite's metadata document has been read; {@link
 * #awaitReady} waits for that.
 *
 * <p>What it can't know, introspection does: that a client was disabled since, or may call no more.
 */
public final class AccessTokenValidator implements AutoCloseable {

  private final String issuer;
  private final String identifier;
  private final AccessTokenValidation rules;
  private final InstantSource clock;
  private final FollowedDocument document;
  private final FollowedDocuments reading;

  /**
   * A validator with the default settings, the system's clock, and an HTTP client that follows no
   * redirect.
   *
   * @param issuer exactly as the tokens' {@code iss} is
   * @param identifier the application identifier that the service is registered under
   * @param suite where the suite publishes its keys: its own metadata document
   */
  public static AccessTokenValidator of(String issuer, String identifier, TrustedDocument suite) {
    return new AccessTokenValidator(
        issuer,
        identifier,
        ValidationSettings.DEFAULT,
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build(),
        InstantSource.system(),
        suite);
  }

  /**
   * A validator of one's own making.
   *
   * @param http reads the document: its TLS trust is what decides whose it is
   */
  public AccessTokenValidator(
      String issuer,
      String identifier,
      ValidationSettings settings,
      HttpClient http,
      InstantSource clock,
      TrustedDocument suite) {
    this.issuer = issuer;
    this.identifier = identifier;
    this.clock = clock;
    rules = new AccessTokenValidation(settings, SignatureCheck.byPlatform());
    document = new FollowedDocument(suite, http, clock);
    reading = new FollowedDocuments(List.of(document));
  }

  /** Waits until the document has been tried once; false where that took longer. */
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return reading.awaitFirstRound(atMost);
  }

  /**
   * Whether a token holds.
   *
   * @param token the token alone, without {@code Bearer}
   * @param presented the certificate by which the caller proved itself in TLS, which a token that
   *     is bound to one must come with (RFC 8705 section 3); absent where it had none
   */
  public Answer validate(String token, @Nullable X509Certificate presented) {
    List<SigningCertificate> keys = document.issuer().map(TrustedIssuer::keys).orElse(List.of());
    return switch (rules.validate(
        token, new Expected(issuer, keys, identifier::equals), clock.instant())) {
      case Answer.Broke(Refusal refusal) when refusal.rule() == Rule.KEY -> {
        document.want();
        yield new Answer.Broke(refusal);
      }
      case Answer.Held(AccessTokenClaims claims, Instant _) when !claims.mayComeWith(presented) ->
          new Answer.Broke(
              new Refusal(Rule.CNF, "it is bound to a certificate that did not come with it"));
      case Answer answer -> answer;
    };
  }

  /** Ends the reading of the document. */
  @Override
  public void close() {
    reading.close();
  }
}
