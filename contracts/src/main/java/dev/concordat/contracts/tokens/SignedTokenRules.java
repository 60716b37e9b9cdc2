package dev.concordat.contracts.tokens;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The rules that every signed token has to pass: algorithm, key, signature, certificate, times. */
final class SignedTokenRules {

  private final ValidationSettings settings;
  private final SignatureCheck signatures;

  SignedTokenRules(ValidationSettings settings, SignatureCheck signatures) {
    this.settings = settings;
    this.signatures = signatures;
  }

  /** Before any key is chosen, and by our word, never by the token's. */
  static void algorithm(S2SToken signed) throws Broken {
    if (!TokenHeader.RS256.equals(signed.header().alg())) {
      throw new Broken(
          Rule.ALG,
          "it must be signed with RS256, but its alg is " + signed.header().algForPeople());
    }
    if (signed.nests()) {
      throw new Broken(Rule.ALG, "an actor token must not have another actor token in it");
    }
  }

  /** The key that signed, out of those that the issuer publishes. */
  SigningCertificate key(S2SToken signed, List<SigningCertificate> published, Set<String> ownKeys)
      throws Broken {
    List<SigningCertificate> candidates = candidates(signed, published, ownKeys);
    byte[] input = signed.signingInput();
    byte[] signature = signed.signature();
    return candidates.stream()
        .filter(candidate -> signatures.holds(candidate, input, signature))
        .findFirst()
        .orElseThrow(
            () ->
                signed.header().x5t() == null
                    ? new Broken(
                        Rule.KEY, "it names no key (x5t), and none of its issuer's signed it")
                    : new Broken(
                        Rule.SIGNATURE, "its signature doesn't hold under the key it names"));
  }

  private List<SigningCertificate> candidates(
      S2SToken signed, List<SigningCertificate> published, Set<String> ownKeys) throws Broken {
    String x5t = signed.header().x5t();
    if (x5t == null && !settings.keyWithoutX5t()) {
      throw new Broken(Rule.KEY, "its header names no key (x5t)");
    }
    List<SigningCertificate> candidates =
        published.stream()
            .filter(SigningCertificate::rsa)
            .filter(key -> x5t == null || key.isNamedBy(x5t))
            .filter(key -> !ownKeys.contains(key.x5t()))
            .toList();
    if (candidates.isEmpty()) {
      throw new Broken(
          Rule.KEY,
          x5t == null
              ? "its issuer publishes no key that could be tried"
              : "its issuer publishes no key with the x5t in its header");
    }
    return candidates;
  }

  static void certificate(SigningCertificate key, Instant now) throws Broken {
    if (!key.validAt(now)) {
      throw new Broken(
          Rule.CERTIFICATE,
          "the certificate %s is valid from %s to %s only"
              .formatted(key.thumbprint(), key.notBefore(), key.notAfter()));
    }
  }

  /**
   * When a token is valid, as it says itself.
   *
   * @param notBefore its beginning
   * @param expiry its end
   */
  record Times(Instant notBefore, Instant expiry) {}

  /** Whether it is valid now, and when it is. */
  Times times(TokenClaims claims, Instant now) throws Broken {
    Duration skew = settings.clockSkew();
    Instant expiry =
        claims
            .expiry()
            .orElseThrow(
                () ->
                    new Broken(
                        Rule.EXP,
                        "it has no exp that is an integer or a string of at most 12 digits"));
    if (!now.isBefore(expiry.plus(skew))) {
      throw new Broken(Rule.EXP, "it expired at %s, and it is %s".formatted(expiry, now));
    }
    Instant notBefore =
        claims
            .notBefore()
            .orElseThrow(
                () ->
                    new Broken(
                        Rule.NBF,
                        "it has no nbf that is an integer or a string of at most 12 digits"));
    if (now.isBefore(notBefore.minus(skew))) {
      throw new Broken(Rule.NBF, "it is valid from %s on, and it is %s".formatted(notBefore, now));
    }
    Duration lifetime = Duration.between(notBefore, expiry);
    if (lifetime.isNegative() || lifetime.compareTo(settings.longestLifetime()) > 0) {
      throw new Broken(
          Rule.LIFETIME,
          "it lives from %s to %s: longer than %s, or backwards"
              .formatted(notBefore, expiry, settings.longestLifetime()));
    }
    return new Times(notBefore, expiry);
  }
}
