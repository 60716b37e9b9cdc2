package dev.concordat.token.clients;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands for something that must not lie in memory, so that the same thing is known again: a digest
 * whose key is made at each start and never leaves this object. Safe for use by several threads.
 */
public final class KeyedDigest {

  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final Mac keyed;

  /** A digest with a key of its own. */
  public KeyedDigest() {
    byte[] random = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(random);
    try {
      keyed = Mac.getInstance(ALGORITHM);
      keyed.init(new SecretKeySpec(random, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** The digest of these parts, in this order: where they meet is part of it. */
  public byte[] of(byte[]... parts) {
    try {
      // A copy, whose key is in place already.
      Mac mac = (Mac) keyed.clone();
      for (byte[] part : parts) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length));
        mac.update(part);
      }
      return mac.doFinal();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's " + ALGORITHM + " can be copied", e);
    }
  }
}
