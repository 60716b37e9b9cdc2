package dev.concordat.suite;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/**
 * Stands for the cluster's OpenID Connect issuer: its key, and the tokens of the admin, a viewer
 * and the probe-service's service account. They are made anew at every start.
 */
final class LocalIssuer {

  /** What {@code iss} says. */
  static final String ISSUER = "concordat-local";

  /** The service account that the probe-service runs under. */
  static final String PROBE_ACCOUNT = "system:serviceaccount:concordat:probe-service";

  private static final Duration LIFE = Duration.ofDays(30);

  private final KeyPair keys;
  private final Instant now;

  LocalIssuer(StateFolder state, Instant now) throws SuiteFailure {
    this.now = now;
    keys =
        DevelopmentAuthority.keyPair(state, "oidc/issuer.key")
            .orElseThrow(
                () -> new SuiteFailure("The issuer's key is missing. Start with --fresh."));
    state.writeSecret("admin-token", token("admin", List.of("admin")));
    state.writeSecret("viewer-token", token("viewer", List.of("viewer")));
    state.writeSecret("oidc/probe-service-token", token(PROBE_ACCOUNT, List.of()));
  }

  /** The public key as {@code quarkus.oidc.public-key} takes it. */
  String publicKey() {
    return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
  }

  private String token(String subject, List<String> groups) {
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .subject(subject)
            .claim("upn", subject)
            .claim("groups", groups)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFE)))
            .jwtID(UUID.randomUUID().toString())
            .build();
    var token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).type(JOSEObjectType.JWT).build(), claims);
    try {
      token.sign(new RSASSASigner(keys.getPrivate()));
    } catch (JOSEException e) {
      throw new IllegalStateException("an RSA key that can't sign", e);
    }
    return token.serialize();
  }
}
