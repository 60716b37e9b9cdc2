package dev.concordat.contracts.events;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code clientAuth.secretHash}: {@code pbkdf2-sha256:<iterations>:<salt>:<hash>}, salt and hash in
 * base64url or base64, padded or not. What registers one and what compares secrets with it read it
 * by this class, so that nothing is registered that no secret can ever match. It prints nothing of
 * itself.
 *
 * @param iterations from {@value #FEWEST} to {@value #MOST}
 * @param salt at least 8 bytes
 * @param hash 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared by equals
public record ClientSecretHash(int iterations, byte[] salt, byte[] hash) {

  /** Fewer would be guessed too fast. */
  public static final int FEWEST = 10_000;

  /** More would take a core's time for seconds. */
  public static final int MOST = 2_000_000;

  /** What is allowed, for whoever has given something else. */
  public static final String ALLOWED =
      "pbkdf2-sha256:<iterations>:<salt>:<hash>, with %d to %d iterations, a salt of 8 to 96 bytes and a hash of 32 bytes, both in base64url or base64"
          .formatted(FEWEST, MOST);

  private static final Pattern FORM =
      Pattern.compile(
          "pbkdf2-sha256:([0-9]{5,7}):([A-Za-z0-9+/_-]{11,128}={0,2}):([A-Za-z0-9+/_-]{43}=?)");
  private static final int SHORTEST_SALT = 8;

  /** Reads a hash; empty where it is none, or too weak or too dear to be used. */
  public static Optional<ClientSecretHash> parse(String text) {
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
