package dev.concordat.endtoend;

import dev.concordat.suite.Part;
import dev.concordat.suite.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * The suite that a test is about, and how it is reached: one that {@code ./concordat up} starts for
 * it, or with {@code -Dconcordat.suite=compose} the one that {@code docker-compose.yml} runs.
 */
sealed interface SuiteUnderTest extends AutoCloseable permits LaunchedSuite, ComposeSuite {

  /**
   * The one that is asked for, running.
   *
   * @param folder an empty one, for what it keeps
   */
  static SuiteUnderTest in(Path folder) throws IOException {
    String wanted = System.getProperty("concordat.suite", "local");
    return switch (wanted) {
      case "local" -> LaunchedSuite.up(folder);
      case "compose" -> ComposeSuite.running(folder);
      default ->
          throw new IllegalArgumentException("concordat.suite is local or compose: " + wanted);
    };
  }

  /** The command, as it is called for this suite. */
  Launcher concordat();

  /** Where its parts listen on this machine. */
  Ports ports();

  /** A token with the role {@code admin}. */
  String adminToken();

  /** A token with the role {@code viewer}. */
  String viewerToken();

  /** The simulated Exchange by a name that its certificate does not have. */
  URI exchangeByAnotherName();

  /** Itself, for tests of the launcher; any other suite says here that they are skipped. */
  LaunchedSuite launched();

  /** The simulated Exchange, as the services reach it. */
  default URI exchange() {
    return URI.create("https://autodiscover.litwareinc.com:" + ports().of(Part.PARTNER_SIMULATOR));
  }

  /** The URL of a service, without a path. */
  default URI url(Part service) {
    return onThisMachine(ports().of(service));
  }

  /** The URL of a part's health and metrics; of the simulator, its administration. */
  default URI managementUrl(Part part) {
    return onThisMachine(ports().managementOf(part));
  }

  private static URI onThisMachine(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Ends what was started for the test. */
  @Override
  void close();
}
