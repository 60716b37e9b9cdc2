package dev.concordat.token.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64URL;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.tokens.TokenHeader;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.text.ParseException;

/**
 * A private key with its certificate. The private key can be used through it, but not be taken out,
 * and what it prints is its id alone. Safe for use by several threads.
 */
public final class SigningKey {

  private final SigningCertificate certificate;
  private final JWSHeader header;
  private final JWSHeader accessTokenHeader;
  private final JWSSigner signer;
  private final String implementation;

  SigningKey(SigningCertificate certificate, PrivateKey privateKey, Rs256 rs256)
      throws InvalidKeyException {
    this(certificate, rs256.own(privateKey), rs256.provider());
  }

  /**
   * A key that signs with the provider that made it.
   *
   * @param provider whose own the key is
   */
  SigningKey(SigningCertificate certificate, PrivateKey privateKey, Provider provider) {
    this.certificate = certificate;
    // Exactly typ, alg, x5t in this order, and no kid (MS-XOAUTH; trust reference section 3).
    this.header = parsed(TokenHeader.signed(certificate.x5t()));
    this.accessTokenHeader = parsed(TokenHeader.accessToken(certificate.x5t()));
    var rsa = new RSASSASigner(privateKey);
    rsa.getJCAContext().setProvider(provider);
    this.signer = rsa;
    this.implementation = provider.getName() + " " + provider.getVersionStr();
  }

  /** A header that stays byte for byte as it is. */
  private static JWSHeader parsed(String json) {
    try {
      return JWSHeader.parse(Base64URL.encode(json));
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The {@code x5t} of the tokens that it signs. */
  public String id() {
    return certificate.x5t();
  }

  /** What signs with it, for the log. */
  String implementation() {
    return implementation;
  }

  /** Its public side. */
  public SigningCertificate certificate() {
    return certificate;
  }

  /**
   * A server-to-server token with these claims, byte for byte.
   *
   * @param claims a JSON object
   */
  public String sign(byte[] claims) {
    return sign(header, claims);
  }

  /**
   * An access token (RFC 9068) with these claims, byte for byte.
   *
   * @param claims a JSON object
   */
  public String signAccessToken(byte[] claims) {
    return sign(accessTokenHeader, claims);
  }

  private String sign(JWSHeader header, byte[] claims) {
    var jws = new JWSObject(header, new Payload(claims));
    try {
      jws.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("Signing with key " + id() + " failed", e);
    }
    return jws.serialize();
  }

  /** The key id alone. */
  @Override
  public String toString() {
    return id();
  }
}
