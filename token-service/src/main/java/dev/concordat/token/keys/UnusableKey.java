package dev.concordat.token.keys;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of the signing folder can't be used; the message names it and says why. */
public final class UnusableKey extends Exception {

  UnusableKey(Path file, @Nullable String reason) {
    super("Signing key file %s can't be used: %s.".formatted(file, reason));
  }
}
