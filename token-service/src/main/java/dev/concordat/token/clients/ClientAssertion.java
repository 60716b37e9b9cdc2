package dev.concordat.token.clients;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client's assertion about itself, signed with its own key ({@code private_key_jwt}; RFC 7523
 * sections 2.2 and 3), with narrower rules than the RFC's: issuer and subject are the client, it
 * lives ten minutes at most and has an id. The algorithm is bound to the kind of key, never taken
 * from the assertion's word.
 */
final class ClientAssertion {

  /** The longest that an assertion may still be valid. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  /** How far the clocks may be apart. */
  static final Duration SKEW = Duration.ofSeconds(60);

  private static final int LONGEST_ID = 256;
  private static final int SHORTEST_RSA_KEY = 2048;
  private static final Set<JWSAlgorithm> RSA = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256);

  private final SignedJWT jwt;
  private final JWTClaimsSet claims;

  private ClientAssertion(SignedJWT jwt, JWTClaimsSet claims) {
    this.jwt = jwt;
    this.claims = claims;
  }

  /** Reads an assertion; nothing of it is proved yet. Empty where it is no signed JWT. */
  static Optional<ClientAssertion> read(String text) {
    try {
      SignedJWT jwt = SignedJWT.parse(text);
      return Optional.of(new ClientAssertion(jwt, jwt.getJWTClaimsSet()));
    } catch (ParseException e) {
      return Optional.empty();
    }
  }

  /** The client that it claims to be from, where issuer and subject agree. */
  Optional<String> claimedClient() {
    String issuer = claims.getIssuer();
    return issuer != null && issuer.equals(claims.getSubject())
        ? Optional.of(issuer)
        : Optional.empty();
  }

  /** Whom the client acts for, as an assertion that is itself the grant names it (RFC 7523 2.1). */
  Optional<String> subject() {
    return Optional.ofNullable(claims.getSubject());
  }

  /** The client that issued it, whoever its subject is. */
  Optional<String> issuer() {
    return Optional.ofNullable(claims.getIssuer());
  }

  /** The {@code kid} in its header. */
  Optional<String> keyId() {
    return Optional.ofNullable(jwt.getHeader().getKeyID());
  }

  /**
   * What tells this assertion from others of the same client.
   *
   * @param id the {@code jti}
   * @param expires when it ends, and can be forgotten
   */
  record Identifier(String id, Instant expires) {}

  /**
   * Proves it.
   *
   * @param keys the client's keys
   * @param audiences that stand for us
   * @return what must not have been seen before
   */
  Identifier prove(List<ClientKey> keys, Set<String> audiences, Instant now) throws UnprovedClient {
    if (keys.stream().noneMatch(this::signedBy)) {
      throw new UnprovedClient("no registered key signed the assertion");
    }
    if (claims.getAudience().stream().noneMatch(audiences::contains)) {
      throw new UnprovedClient("the assertion's aud is none of " + audiences);
    }
    Instant expires = instant(claims.getExpirationTime());
    if (expires == null || !expires.plus(SKEW).isAfter(now)) {
      throw new UnprovedClient("the assertion has no exp or has expired");
    }
    if (expires.isAfter(now.plus(LONGEST).plus(SKEW))) {
      throw new UnprovedClient("the assertion lives longer than " + LONGEST);
    }
    Instant notBefore = instant(claims.getNotBeforeTime());
    if (notBefore != null && notBefore.isAfter(now.plus(SKEW))) {
      throw new UnprovedClient("the assertion is not valid yet");
    }
    String id = claims.getJWTID();
    if (id == null || id.isBlank() || id.length() > LONGEST_ID) {
      throw new UnprovedClient("the assertion has no jti of at most 256 characters");
    }
    return new Identifier(id, expires.plus(SKEW));
  }

  private boolean signedBy(ClientKey candidate) {
    JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
    try {
      JWSVerifier verifier =
          switch (candidate.key()) {
            case RSAPublicKey rsa
                when RSA.contains(algorithm) && rsa.getModulus().bitLength() >= SHORTEST_RSA_KEY ->
                new RSASSAVerifier(rsa);
            case ECPublicKey ec when JWSAlgorithm.ES256.equals(algorithm) -> new ECDSAVerifier(ec);
            default -> null;
          };
      return verifier != null && jwt.verify(verifier);
    } catch (JOSEException e) {
      return false;
    }
  }

  private static @Nullable Instant instant(@Nullable Date date) {
    return date == null ? null : date.toInstant();
  }
}
