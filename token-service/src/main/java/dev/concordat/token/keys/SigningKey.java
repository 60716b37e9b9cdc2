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
    this.header = headerFor(certificate.x5t());
    var rsa = new RSASSASigner(privateKey);
    rsa.getJCAContext().setProvider(provider);
    this.signer = rsa;
    this.implementation = provider.getName() + " " + provider.getVersionStr();
  }

  /** Exactly typ, alg, x5t in this order, and no kid (MS-XOAUTH; trust reference section 3). */
  private static JWSHeader headerFor(String x5t) {
    try {
      return JWSHeader.parse(Base64URL.encode(TokenHeader.signed(x5t)));
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
   * A JWT with these claims, byte for byte.
   *
   * @param claims a JSON object
   */
  public String sign(byte[] claims) {
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
