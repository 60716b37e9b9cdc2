package dev.concordat.token.validation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * What stands for a token among the verdicts that are remembered: its SHA-256, so that no token
 * lies in memory longer than its request, and the host that it was presented to.
 */
record Fingerprint(long a, long b, long c, long d, @Nullable String host) {

  static Fingerprint of(String token, @Nullable String host) {
    try {
      // What isn't Latin-1 becomes a question mark, which no token that holds has in it.
      ByteBuffer digest =
          ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256")
                  .digest(token.getBytes(StandardCharsets.ISO_8859_1)));
      return new Fingerprint(
          digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong(), host);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }
}
