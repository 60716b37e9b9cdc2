package dev.concordat.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder on a disk of its own (in memory) that is small enough to be filled up. Mounting one
 * takes rights that only some have.
 */
final class SmallDisk implements AutoCloseable {

  private static final int MEGABYTES = 160;

  private final Path folder;
  private final Thread atExit;

  private SmallDisk(Path folder) {
    this.folder = folder;
    atExit = Thread.ofPlatform().unstarted(() -> run("umount", "-l", folder.toString()));
  }

  /** Makes the folder such a disk; nothing where this process may not. */
  static Optional<SmallDisk> at(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (!run("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", folder.toString())) {
      return Optional.empty();
    }
    var disk = new SmallDisk(folder);
    Runtime.getRuntime().addShutdownHook(disk.atExit);
    return Optional.of(disk);
  }

  /** Leaves no room on it. */
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(filler())) {
      for (int piece = 1 << 20; piece > 0; piece /= 2) {
        fillBy(out, new byte[piece]);
      }
    }
  }

  private static void fillBy(OutputStream out, byte[] piece) {
    try {
      while (true) {
        out.write(piece);
      }
    } catch (IOException full) {
      // So it is meant.
    }
  }

  /** Gives the room back. */
  void free() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  private static boolean run(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Takes it away, with all that is on it. */
  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    run("umount", "-l", folder.toString());
  }
}
