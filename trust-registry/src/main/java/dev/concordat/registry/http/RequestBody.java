package dev.concordat.registry.http;

import dev.concordat.contracts.Problem;
import dev.concordat.registry.declarations.MalformedDeclaration;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request, read no further than it may be long. */
final class RequestBody {

  /** What one declaration may have: many times that of the largest certificates. */
  static final int MOST = 256 * 1024;

  private RequestBody() {}

  static Problem tooLarge() {
    return Problem.of(
            "body-too-large",
            "The body is too large",
            413,
            "A partner application has at most %d bytes.".formatted(MOST))
        .with("rule", "at most " + MOST + " bytes");
  }

  static byte[] read(InputStream body) throws MalformedDeclaration {
    try {
      byte[] read = body.readNBytes(MOST + 1);
      if (read.length > MOST) {
        throw new MalformedDeclaration(tooLarge());
      }
      return read;
    } catch (IOException e) {
      throw new MalformedDeclaration(
          Problem.of("body-malformed", "The body can't be read", 400, "The body broke off."));
    }
  }
}
