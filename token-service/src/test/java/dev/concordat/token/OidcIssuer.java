package dev.concordat.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.config.ConfigProvider;

/** The OIDC issuer that the service under test trusts. */
final class OidcIssuer {

  private OidcIssuer() {}

  static String admin() {
    return token("ann", "admin");
  }

  static String viewer() {
    return token("vic", "viewer");
  }

  static String token(String subject, String... roles) {
    return token(key(), it -> it.subject(subject).claim("groups", List.of(roles)));
  }

  static String token(PrivateKey key, UnaryOperator<JWTClaimsSet.Builder> but) {
    return signed(
        key,
        but.apply(
                new JWTClaimsSet.Builder()
                    .issuer(RunningSuite.OIDC_ISSUER)
                    .subject("ann")
                    .jwtID(UUID.randomUUID().toString())
                    .issueTime(Date.from(Instant.now()))
                    .expirationTime(Date.from(Instant.now().plusSeconds(600))))
            .build());
  }

  static String signed(PrivateKey key, JWTClaimsSet claims) {
    try {
      var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.RS256), claims);
      jwt.sign(new RSASSASigner(key));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** An HS256 token whose secret is the issuer's public key: the classic confusion. */
  static String keyedWithThePublicKey() {
    String publicKey = ConfigProvider.getConfig().getValue("quarkus.oidc.public-key", String.class);
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(RunningSuite.OIDC_ISSUER)
            .subject("ann")
            .claim("groups", List.of("admin"))
            .expirationTime(Date.from(Instant.now().plusSeconds(600)))
            .build();
    try {
      var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
      jwt.sign(new MACSigner(Base64.getDecoder().decode(publicKey)));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  static PrivateKey key() {
    String der = ConfigProvider.getConfig().getValue(RunningSuite.OIDC_KEY, String.class);
    try {
      return KeyFactory.getInstance("RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(der)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
