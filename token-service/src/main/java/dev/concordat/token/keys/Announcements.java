package dev.concordat.token.keys;

import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which announcements make the signing-keys topic say what the ring says. Pure. */
final class Announcements {

  private Announcements() {}

  /**
   * What has to be announced, in order. A key that the topic still calls current but that isn't in
   * the ring is announced as previous, after the ring's own: its tokens may still be in use, but
   * exactly one key is current. Revoked keys stay revoked.
   *
   * @param ring our keys now
   * @param announced what the topic says of each key id
   * @param now the time of the announcements
   */
  static List<SigningKeyPublished> due(
      KeyRing ring, Map<String, SigningKeyPublished> announced, Instant now) {
    var due = new ArrayList<SigningKeyPublished>();
    var ours = new ArrayList<String>();
    for (KeyRing.Published key : ring.published()) {
      String id = key.certificate().x5t();
      ours.add(id);
      SigningKeyPublished known = announced.get(id);
      if (known == null || (known.phase() != key.phase() && known.phase() != Phase.REVOKED)) {
        due.add(
            new SigningKeyPublished(
                id,
                key.certificate().base64(),
                key.phase(),
                now,
                key.phase() == Phase.CURRENT ? now : null));
      }
    }
    announced.values().stream()
        .filter(known -> known.phase() == Phase.CURRENT && !ours.contains(known.keyId()))
        .map(
            known ->
                new SigningKeyPublished(
                    known.keyId(), known.certificate(), Phase.PREVIOUS, now, known.activeFrom()))
        .forEach(due::add);
    return List.copyOf(due);
  }
}
