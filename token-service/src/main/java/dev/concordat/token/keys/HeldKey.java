package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.SigningCertificate;

/**
 * A key that this process can sign with, as its slots are decided: without the key itself.
 *
 * @param certificate its public side
 * @param place what its source calls it
 */
public record HeldKey(SigningCertificate certificate, Place place) {

  /** What the source of a key calls it. */
  public enum Place {
    /** The key that is to sign. */
    CURRENT,
    /** The key that is to follow. */
    NEXT,
    /** The source has it no more; this process still does. */
    REMEMBERED
  }

  /** The {@code x5t} of the tokens that it signs. */
  public String id() {
    return certificate.x5t();
  }
}
