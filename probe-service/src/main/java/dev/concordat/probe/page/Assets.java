package dev.concordat.probe.page;

import io.quarkus.qute.TemplateGlobal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/** Where the page's own style and script are: by their content, so that browsers may keep them. */
@TemplateGlobal
final class Assets {

  static final String style = address("status.css");
  static final String script = address("status.js");

  private Assets() {}

  private static String address(String name) {
    String path = "META-INF/resources/assets/" + name;
    try (InputStream content =
        Thread.currentThread().getContextClassLoader().getResourceAsStream(path)) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(Objects.requireNonNull(content, path).readAllBytes());
      return "/assets/" + name + "?v=" + HexFormat.of().formatHex(digest, 0, 6);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
