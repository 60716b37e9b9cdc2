package dev.concordat.token.clients;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * {@code clientAuth.secretHash}: {@code pbkdf2-sha256:<iterations>:<salt>:<hash>}, salt and hash in
 * base64url or base64, padded or not. It prints nothing of itself.
 *
 * @param iterations from {@value #FEWEST} to {@value #MOST}
 * @param salt at least 8 bytes
 * @param hash 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared by equals
record ClientSecretHash(int iterations, byte[] salt, byte[] hash) {

  /** Fewer would be guessed too fast. */
  static final int FEWEST = 10_000;

  /** More would take a core's time for seconds. */
  static final int MOST = 2_000_000;

  private static final Pattern FORM =
      Pattern.compile(
          "pbkdf2-sha256:([0-9]{5,7}):([A-Za-z0-9+/_-]{11,128}={0,2}):([A-Za-z0-9+/_-]{43}=?)");
  private static final int SHORTEST_SALT = 8;

  /** Stands in where there is no hash, so that an unknown client takes as long as a known one. */
  static final ClientSecretHash NOBODY = new ClientSecretHash(210_000, new byte[16], new byte[32]);

  /** Reads a hash; empty where it is none, or too weak or too dear to be used. */
  static Optional<ClientSecretHash> parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    int iterations = Integer.parseInt(form.group(1));
    try {
      byte[] salt = decoded(form.group(2));
      byte[] hash = decoded(form.group(3));
      return iterations < FEWEST || iterations > MOST || salt.length < SHORTEST_SALT
          ? Optional.empty()
          : Optional.of(new ClientSecretHash(iterations, salt, hash));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** Whether it is this secret's, found out in a time that depends on no secret. */
  boolean isOf(String secret) {
    var spec = new PBEKeySpec(secret.toCharArray(), salt, iterations, hash.length * Byte.SIZE);
    try {
      byte[] derived =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      return MessageDigest.isEqual(derived, hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has PBKDF2WithHmacSHA256", e);
    } finally {
      spec.clearPassword();
    }
  }

  private static byte[] decoded(String text) {
    return Base64.getDecoder()
        .decode(
            text.replace('-', '+')
                .replace('_', '/')
                .replace("=", "")
                .getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return "ClientSecretHash";
  }
}
