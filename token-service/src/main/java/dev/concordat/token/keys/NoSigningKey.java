package dev.concordat.token.keys;

/** Every key that this process holds was revoked: nothing may be signed. */
public final class NoSigningKey extends RuntimeException {

  NoSigningKey() {
    super(
        "Every signing key that this service holds was revoked. Put a new one into its folder.",
        null,
        false,
        false);
  }
}
