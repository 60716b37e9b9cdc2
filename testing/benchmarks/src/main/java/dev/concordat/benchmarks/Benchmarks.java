package dev.concordat.benchmarks;

import dev.concordat.suite.QuietLogs;
import dev.concordat.suite.SuiteFailure;
import java.util.List;

/** {@code ./concordat bench [NAME]}: runs the benchmarks that there are, or one of them. */
public final class Benchmarks {

  private static final List<String> NAMES =
      List.of("first-token", "registry", "metadata", "probe", "page", "simulator", "token");

  private Benchmarks() {}

  @SuppressWarnings("SystemOut") // what a command says
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 1 || (arguments.length == 1 && !NAMES.contains(arguments[0]))) {
      System.err.println("usage: ./concordat bench [NAME]; there are: " + NAMES);
      System.exit(2);
    }
    QuietLogs.apply();
    // The reference calls its own document server by another name than its certificate has.
    System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");
    try {
      for (String name : arguments.length == 0 ? NAMES : List.of(arguments)) {
        switch (name) {
          case "registry" -> Registry.run();
          case "page" -> StatusPage.run();
          case "probe" -> Probes.run();
          case "simulator" -> SimulatedExchange.run();
          case "metadata" -> Metadata.run();
          case "token" -> Tokens.run();
          default -> FirstToken.run();
        }
      }
      System.exit(0);
    } catch (SuiteFailure e) {
      System.err.println(e.sentence());
      System.exit(1);
    }
  }
}
