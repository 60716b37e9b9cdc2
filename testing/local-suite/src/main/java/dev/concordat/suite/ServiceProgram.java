package dev.concordat.suite;

import java.nio.file.Path;
import java.util.List;

/**
 * A service as a program on this machine.
 *
 * @param folder that it runs in
 * @param java the Java that runs it
 * @param flags of Java that it always has
 * @param start what is run: the class path and the main class, or the jar
 */
public record ServiceProgram(Path folder, Path java, List<String> flags, List<String> start) {

  public ServiceProgram {
    flags = List.copyOf(flags);
    start = List.copyOf(start);
  }
}
