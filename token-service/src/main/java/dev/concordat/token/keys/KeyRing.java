package dev.concordat.token.keys;

import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.util.List;
import java.util.Optional;

/**
 * Our keys at one moment; whatever changes makes a new ring.
 *
 * @param current the one key that signs
 * @param rehearsing the other keys that may sign where they are asked for by name
 * @param published what partners are to know of, the key that signs first
 */
public record KeyRing(SigningKey current, List<SigningKey> rehearsing, List<Published> published) {

  public KeyRing {
    rehearsing = List.copyOf(rehearsing);
    published = List.copyOf(published);
  }

  /** A key as others see it. */
  public record Published(SigningCertificate certificate, Phase phase) {}

  /** The key of this id, where it may sign. */
  public Optional<SigningKey> usable(String keyId) {
    return current.id().equals(keyId)
        ? Optional.of(current)
        : rehearsing.stream().filter(key -> key.id().equals(keyId)).findFirst();
  }
}
