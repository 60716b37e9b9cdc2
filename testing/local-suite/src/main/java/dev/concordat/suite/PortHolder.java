package dev.concordat.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Finds the process that listens on a port, where the system lets us look (Linux). */
record PortHolder(long pid, String command) {

  private static final String LISTENING = "0A";

  static Optional<PortHolder> of(int port) {
    Set<String> inodes = new HashSet<>();
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      inodes.addAll(inodes(Path.of(table), port));
    }
    if (inodes.isEmpty()) {
      return Optional.empty();
    }
    return ProcessHandle.allProcesses()
        .filter(process -> holds(process.pid(), inodes))
        .findFirst()
        .map(process -> new PortHolder(process.pid(), command(process)));
  }

  private static Set<String> inodes(Path table, int port) {
    var inodes = new HashSet<String>();
    try {
      for (String line : Files.readAllLines(table)) {
        String[] columns = line.trim().split("\\s+", -1);
        if (columns.length > 9
            && columns[3].equals(LISTENING)
            && columns[1].endsWith(":%04X".formatted(port))) {
          inodes.add(columns[9]);
        }
      }
    } catch (IOException e) {
      return Set.of();
    }
    return inodes;
  }

  private static boolean holds(long pid, Set<String> inodes) {
    try (var descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return descriptors.anyMatch(
          descriptor -> {
            try {
              String target = Files.readSymbolicLink(descriptor).toString();
              return target.startsWith("socket:[")
                  && inodes.contains(target.substring(8, target.length() - 1));
            } catch (IOException e) {
              return false;
            }
          });
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static String command(ProcessHandle process) {
    try {
      byte[] raw = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
      String line = new String(raw, StandardCharsets.UTF_8).replace('\0', ' ').trim();
      return line.length() > 120 ? line.substring(0, 120) + "…" : line;
    } catch (IOException e) {
      return process.info().command().orElse("an unknown program");
    }
  }

  @Override
  public String toString() {
    return "process " + pid + " (" + command + ")";
  }
}
