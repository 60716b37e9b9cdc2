package dev.concordat.simulator.ews;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder of the vendor's schemas: {@code EWS_SCHEMA_DIR}, by default beside the checkout. They
 * are not part of the project: where they are not there, what needs them is skipped and says so.
 */
final class EwsSchemas {

  private EwsSchemas() {}

  static Path orSkip() {
    Path folder =
        Optional.ofNullable(System.getenv("EWS_SCHEMA_DIR"))
            .map(Path::of)
            .orElseGet(EwsSchemas::besideTheCheckout);
    assumeTrue(
        Files.isReadable(folder.resolve("messages.xsd")),
        () -> "skipped: the EWS schemas are not at " + folder + " (EWS_SCHEMA_DIR names them)");
    return folder;
  }

  private static Path besideTheCheckout() {
    Path root = Path.of("").toAbsolutePath();
    while (root.getParent() != null && !Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
    }
    return root.resolveSibling("shared").resolve("ews-schema");
  }
}
