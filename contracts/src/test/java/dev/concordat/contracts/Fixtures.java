package dev.concordat.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Files of the test class path. */
public final class Fixtures {
  private Fixtures() {}

  /** A UTF-8 text. */
  public static String text(String path) {
    try (InputStream in = Fixtures.class.getResourceAsStream(path)) {
      return new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The PEM of a certificate that was made for tests; nobody keeps its key. */
  public static String pem(String name) {
    return text("/certificates/" + name + ".pem");
  }
}
