package dev.concordat.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * The folder that holds the suite's state between two starts. Files are written whole or not at
 * all, so that a start that was cut off leaves nothing half made.
 */
public final class StateFolder {

  /** Raised when an older folder can't be used any more. */
  private static final int VERSION = 1;

  private final Path root;

  private StateFolder(Path root) {
    this.root = root;
  }

  /**
   * Opens the folder, or makes it.
   *
   * @throws SuiteFailure if it was made by another version, or isn't ours
   */
  public static StateFolder open(Path root) throws SuiteFailure {
    var folder = new StateFolder(root.toAbsolutePath().normalize());
    Path marker = folder.file("state.json");
    try {
      if (Files.exists(marker)) {
        int version = version(marker);
        if (version != VERSION) {
          throw new SuiteFailure(
              "The state in %s is of version %d, and this Concordat has version %d. Start with --fresh to forget it, or give another folder with --state-dir."
                  .formatted(root, version, VERSION));
        }
      } else {
        Files.createDirectories(root);
        folder.write("state.json", "{\"version\":" + VERSION + "}\n");
      }
      Files.createDirectories(folder.file("logs"));
      return folder;
    } catch (IOException e) {
      throw new SuiteFailure(
          "The folder %s can't be written: %s. Give another with --state-dir."
              .formatted(root, e.getMessage()));
    }
  }

  private static int version(Path marker) throws IOException, SuiteFailure {
    try {
      JsonNode state = Json.mapper().readTree(Files.readAllBytes(marker));
      return state.path("version").asInt(0);
    } catch (JsonProcessingException e) {
      throw new SuiteFailure(
          "The file %s can't be read. Start with --fresh to forget the state.".formatted(marker));
    }
  }

  /** Deletes everything that an earlier start left in the folder, if it is such a folder. */
  public static void forget(Path root) throws SuiteFailure {
    if (!Files.exists(root.resolve("state.json"))) {
      return;
    }
    try (var tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new SuiteFailure("The folder %s can't be deleted: %s".formatted(root, e.getMessage()));
    }
  }

  /** The folder itself. */
  public Path root() {
    return root;
  }

  /** A file in it. */
  public Path file(String name) {
    return root.resolve(name);
  }

  /** Where a part writes its log; the one before is kept beside it. */
  Path log(Part part) throws SuiteFailure {
    return log(part.partName());
  }

  Path log(String name) throws SuiteFailure {
    Path log = file("logs/" + name + ".log");
    try {
      if (Files.exists(log)) {
        Files.move(log, file("logs/" + name + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
      }
      return log;
    } catch (IOException e) {
      throw new SuiteFailure("The log %s can't be written: %s".formatted(log, e.getMessage()));
    }
  }

  Optional<String> read(String name) throws SuiteFailure {
    Path file = file(name);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new SuiteFailure("The file %s can't be read: %s".formatted(file, e.getMessage()));
    }
  }

  void write(String name, String content) throws SuiteFailure {
    write(name, content, "rw-r--r--");
  }

  /** Writes a file that only its owner may read. */
  void writeSecret(String name, String content) throws SuiteFailure {
    write(name, content, "rw-------");
  }

  private void write(String name, String content, String permissions) throws SuiteFailure {
    Path file = file(name);
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Path draft = file.resolveSibling("." + file.getFileName() + ".draft");
      Files.deleteIfExists(draft);
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            draft,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
      }
      Files.writeString(draft, content, StandardCharsets.UTF_8);
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new SuiteFailure("The file %s can't be written: %s".formatted(file, e.getMessage()));
    }
  }

  void delete(String name) throws SuiteFailure {
    try {
      Files.deleteIfExists(file(name));
    } catch (IOException e) {
      throw new SuiteFailure(
          "The file %s can't be deleted: %s".formatted(file(name), e.getMessage()));
    }
  }

  void writeJson(String name, Map<String, ?> content) throws SuiteFailure {
    try {
      write(name, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(content));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map that can't be written", e);
    }
  }

  Optional<JsonNode> readJson(String name) throws SuiteFailure {
    Optional<String> text = read(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.mapper().readTree(text.get()));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
