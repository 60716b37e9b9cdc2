package dev.concordat.token.keys;

import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Our keys at one moment; a changed file makes a new ring.
 *
 * @param current the one key that signs
 * @param next published ahead of its use
 * @param previous published until the last token that it signed has expired
 */
public record KeyRing(
    SigningKey current, @Nullable SigningKey next, @Nullable SigningCertificate previous) {

  /** A key as others see it. */
  public record Published(SigningCertificate certificate, Phase phase) {}

  /** The key of this id, where it may sign. */
  public Optional<SigningKey> usable(String keyId) {
    return Stream.of(current, next)
        .filter(Objects::nonNull)
        .filter(key -> key.id().equals(keyId))
        .findFirst();
  }

  /** What partners are to know of, the key that signs first. */
  public List<Published> published() {
    var keys = new ArrayList<Published>();
    keys.add(new Published(current.certificate(), Phase.CURRENT));
    if (next != null) {
      keys.add(new Published(next.certificate(), Phase.NEXT));
    }
    if (previous != null) {
      keys.add(new Published(previous, Phase.PREVIOUS));
    }
    return List.copyOf(keys);
  }
}
