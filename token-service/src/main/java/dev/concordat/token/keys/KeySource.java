package dev.concordat.token.keys;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Where our keys come from. */
interface KeySource {

  /**
   * The keys as they are now, each checked.
   *
   * @throws UnusableKey naming the first part that is missing or can't be used, and why
   */
  OfferedKeys read(Instant now) throws UnusableKey;

  /** Equal to an earlier one while there is nothing new to read. */
  Object fingerprint();

  /** The folder whose changes the file system tells of. */
  default Optional<Path> watched() {
    return Optional.empty();
  }
}
