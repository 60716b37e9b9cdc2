package dev.concordat.contracts.tokens;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an access token of our own token endpoint holds (RFC 9068 section 4). It says
 * itself what it is ({@code typ}), so that no server-to-server token and no client's assertion can
 * stand in for one, and its issuer is ours alone, whatever a partner signs. Pure: the same
 * arguments always give the same answer.
 */
public final class AccessTokenValidation {

  /** Fifteen bytes, so that they are twenty characters whatever follows. */
  private static final String BEGINNING = ClaimsJson.part("{\"typ\":\"at+jwt\"");

  private final Duration skew;
  private final SignedTokenRules signedTokens;

  /** A validation with these switches, and with this way of verifying signatures. */
  public AccessTokenValidation(ValidationSettings settings, SignatureCheck signatures) {
    this.skew = settings.clockSkew();
    this.signedTokens = new SignedTokenRules(settings, signatures);
  }

  /** A validation with every switch at its default and the platform's signatures. */
  public static AccessTokenValidation withDefaults() {
    return new AccessTokenValidation(ValidationSettings.DEFAULT, SignatureCheck.byPlatform());
  }

  /**
   * What is expected of a token.
   *
   * @param issuer exactly as its {@code iss} must be
   * @param keys the keys that this issuer publishes
   * @param audience whether an {@code aud} stands for who is asked
   */
  public record Expected(String issuer, List<SigningCertificate> keys, Predicate<String> audience) {
    public Expected {
      keys = List.copyOf(keys);
    }
  }

  /** Whether the token holds. */
  public sealed interface Answer {

    /**
     * It holds.
     *
     * @param claims what it says
     * @param until the earlier of its expiry and the certificate's end
     */
    record Held(AccessTokenClaims claims, Instant until) implements Answer {}

    /** It doesn't. */
    record Broke(Refusal refusal) implements Answer {}
  }

  /**
   * Whether a text begins as our access tokens do, whose header says first of all what they are; by
   * this a token finds the rules that it is judged by, and nothing is believed yet.
   */
  public static boolean looksLike(String token) {
    return token.startsWith(BEGINNING);
  }

  /** Decides about a token as it was sent. */
  public Answer validate(String token, Expected expected, Instant now) {
    return switch (S2SToken.parse(token)) {
      case Refusal refusal -> new Answer.Broke(refusal);
      case S2SToken parsed -> {
        try {
          yield decide(parsed, expected, now);
        } catch (Broken broken) {
          yield new Answer.Broke(broken.refusal());
        }
      }
    };
  }

  private Answer decide(S2SToken token, Expected expected, Instant now) throws Broken {
    if (token.userToken() || !token.header().ofAccessToken()) {
      throw new Broken(Rule.TYP, "it is not of the type at+jwt");
    }
    SignedTokenRules.algorithm(token);
    TokenClaims claims = token.claims();
    if (!claims.issuer().equals(Optional.of(expected.issuer()))) {
      throw new Broken(Rule.ISS, "its issuer is not " + expected.issuer());
    }
    SigningCertificate key = signedTokens.key(token, expected.keys(), Set.of());
    SignedTokenRules.certificate(key, now);
    SignedTokenRules.Times times = signedTokens.times(claims, now);
    String audience =
        claims
            .audience()
            .filter(expected.audience())
            .orElseThrow(() -> new Broken(Rule.AUD, "its audience is another than who is asked"));
    String client = given(claims, "client_id", Rule.CLIENT_ID);
    String subject = given(claims, "sub", Rule.CLIENT_ID);
    String id = given(claims, "jti", Rule.JTI);
    Instant issuedAt =
        claims
            .time("iat")
            .filter(at -> !at.isAfter(now.plus(skew)))
            .orElseThrow(() -> new Broken(Rule.JTI, "it has no iat, or one that is still to come"));
    return new Answer.Held(
        new AccessTokenClaims(
            expected.issuer(),
            audience,
            subject,
            client,
            id,
            times.notBefore(),
            issuedAt,
            times.expiry(),
            scopes(claims),
            claims.texts("roles"),
            user(claims, client),
            binding(claims)),
        TokenValidation.earliest(times.expiry(), key.notAfter()));
  }

  private static String given(TokenClaims claims, String name, Rule rule) throws Broken {
    return claims
        .text(name)
        .filter(text -> !text.isBlank())
        .orElseThrow(() -> new Broken(rule, "it has no " + name));
  }

  private static List<String> scopes(TokenClaims claims) {
    return claims.text("scope").stream()
        .flatMap(text -> Arrays.stream(text.split(" ")))
        .filter(scope -> !scope.isEmpty())
        .toList();
  }

  /** What is bound to something that can't be checked is nobody's. */
  private static @Nullable CertificateBinding binding(TokenClaims claims) throws Broken {
    if (!claims.has("cnf")) {
      return null;
    }
    return claims
        .object("cnf")
        .flatMap(CertificateBinding::of)
        .orElseThrow(
            () -> new Broken(Rule.CNF, "its cnf binds it to something else than a certificate"));
  }

  /** Whoever acts for a user is the client itself: we issue nothing else. */
  private static @Nullable UserClaims user(TokenClaims claims, String client) throws Broken {
    if (!claims.has("act")) {
      return null;
    }
    if (claims.object("act").flatMap(act -> act.text("sub")).filter(client::equals).isEmpty()) {
      throw new Broken(Rule.CLIENT_ID, "its act is not the client that it was issued to");
    }
    return new UserClaims(
        null,
        null,
        claims.upn().orElse(null),
        claims.text("email").orElse(null),
        claims.sip().orElse(null));
  }
}
