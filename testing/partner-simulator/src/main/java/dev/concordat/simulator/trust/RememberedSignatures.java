package dev.concordat.simulator.trust;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.tokens.SignatureCheck;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Verifies a signature once for the requests that follow one another with the same token. Whether
 * the key still counts, and everything else about the token, is judged each time.
 */
final class RememberedSignatures implements SignatureCheck {

  private static final int MOST = 256;

  private record Seen(String key, String signed, String signature) {
    static Seen of(SigningCertificate key, byte[] signed, byte[] signature) {
      return new Seen(
          key.base64(),
          new String(signed, StandardCharsets.ISO_8859_1),
          new String(signature, StandardCharsets.ISO_8859_1));
    }
  }

  private final SignatureCheck check;
  private final Map<Seen, Boolean> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Seen, Boolean> eldest) {
          return size() > MOST;
        }
      };

  RememberedSignatures(SignatureCheck check) {
    this.check = check;
  }

  @Override
  public boolean holds(SigningCertificate key, byte[] signed, byte[] signature) {
    Seen seen = Seen.of(key, signed, signature);
    synchronized (known) {
      Boolean before = known.get(seen);
      if (before != null) {
        return before;
      }
    }
    boolean holds = check.holds(key, signed, signature);
    synchronized (known) {
      known.put(seen, holds);
    }
    return holds;
  }
}
