package dev.concordat.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A process's clock on the wall, as libfaketime gives it: the machine's, and what the file says
 * beside. Its clock for durations stays the machine's, as it does where an admin sets a clock.
 */
final class SettableClock {

  private static final List<Path> LIBRARIES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib64/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/faketime/libfaketimeMT.so.1"));

  private final Path library;
  private final Path file;

  private SettableClock(Path library, Path file) {
    this.library = library;
    this.file = file;
  }

  /** One whose offset is in this file; nothing where libfaketime is not installed. */
  static Optional<SettableClock> in(Path file) throws IOException {
    Optional<Path> library = LIBRARIES.stream().filter(Files::exists).findFirst();
    if (library.isEmpty()) {
      return Optional.empty();
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    var clock = new SettableClock(library.get(), file);
    clock.set(Duration.ZERO);
    return Optional.of(clock);
  }

  /** What a process must be started with to have it. */
  String[] launcher() {
    return new String[] {
      "env",
      "LD_PRELOAD=" + library,
      "FAKETIME_TIMESTAMP_FILE=" + file,
      "FAKETIME_CACHE_DURATION=1",
      "FAKETIME_DONT_FAKE_MONOTONIC=1",
      // Its own guess makes every timed wait end at once, so that a JVM never rests.
      "FAKETIME_FORCE_MONOTONIC_FIX=0"
    };
  }

  /** From now on, within a second, it is so far from the machine's. */
  void set(Duration offset) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, "%+d%n".formatted(offset.toSeconds()));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
