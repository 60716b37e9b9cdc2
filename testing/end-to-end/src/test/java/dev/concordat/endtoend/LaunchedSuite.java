package dev.concordat.endtoend;

import dev.concordat.suite.Part;
import dev.concordat.suite.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The suite as {@code ./concordat up} starts it, on ports of its own.
 *
 * @param concordat the command, with the state folder of this suite
 * @param offset of its ports from the documented ones
 * @param start what the first {@code up} said
 */
record LaunchedSuite(
    Launcher concordat, int offset, Launcher.Result start, String adminToken, String viewerToken)
    implements SuiteUnderTest {

  /** Starts it. */
  static LaunchedSuite up(Path folder) throws IOException {
    Path state = folder.resolve("state");
    var concordat = new Launcher(state);
    int offset = Launcher.freeOffset();
    Launcher.Result start =
        concordat.run("up", "--detach", "--port-offset", Integer.toString(offset));
    if (start.exitCode() != 0) {
      concordat.run("down"); // it may run all the same, and nobody else would end it
    }
    start.passed();
    return new LaunchedSuite(
        concordat,
        offset,
        start,
        Files.readString(state.resolve("admin-token")),
        Files.readString(state.resolve("viewer-token")));
  }

  /** Calls {@code up} once more, on the same ports. */
  Launcher.Result upAgain(String... more) {
    var arguments = new ArrayList<>(List.of("up", "--port-offset", Integer.toString(offset)));
    arguments.addAll(List.of(more));
    return concordat.run(arguments.toArray(String[]::new));
  }

  /** Where Kafka is. */
  String kafkaBootstrap() {
    return "127.0.0.1:" + ports().of(Part.KAFKA);
  }

  @Override
  public Ports ports() {
    return Ports.documented(offset);
  }

  @Override
  public URI exchangeByAnotherName() {
    return URI.create("https://127.0.0.1:" + ports().of(Part.PARTNER_SIMULATOR));
  }

  @Override
  public LaunchedSuite launched() {
    return this;
  }

  @Override
  public void close() {
    concordat.run("down");
  }
}
