package dev.concordat.token.keys;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A part of the source of our keys can't be used; the message names it and says why. */
public final class UnusableKey extends Exception {

  UnusableKey(Path file, @Nullable String reason) {
    this("file " + file, reason);
  }

  UnusableKey(String what, @Nullable String reason) {
    super("Signing key %s can't be used: %s.".formatted(what, reason));
  }
}
