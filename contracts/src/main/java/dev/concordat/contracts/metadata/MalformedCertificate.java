package dev.concordat.contracts.metadata;

/** A text or some bytes are not one X.509 certificate. The message says why, never the content. */
public final class MalformedCertificate extends IllegalArgumentException {

  /**
   * @param reason why, for a person
   */
  public MalformedCertificate(String reason) {
    super(reason);
  }
}
