package dev.concordat.simulator.trust;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.tokens.SignatureCheck;
import java.nio.ByteBuffer;

/**
 * Remembers signatures that held: one that held once, of the same bytes and the same key, holds for
 * ever, whatever else about the token changes. Clients send the same token with every request.
 */
final class RememberedSignatures implements SignatureCheck {

  private static final int MOST = 256;

  private final SignatureCheck check;
  private final Recent<Held, Boolean> held = new Recent<>(MOST);

  RememberedSignatures(SignatureCheck check) {
    this.check = check;
  }

  private record Held(SigningCertificate key, ByteBuffer signed, ByteBuffer signature) {}

  @Override
  public boolean holds(SigningCertificate key, byte[] signed, byte[] signature) {
    var wanted = new Held(key, ByteBuffer.wrap(signed), ByteBuffer.wrap(signature));
    if (held.get(wanted).isPresent()) {
      return true;
    }
    if (!check.holds(key, signed, signature)) {
      return false;
    }
    held.put(
        new Held(key, ByteBuffer.wrap(signed.clone()), ByteBuffer.wrap(signature.clone())), true);
    return true;
  }
}
