package dev.concordat.testing.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * A broker as a process of its own.
 *
 * <p>{@code --port N (--controller-port N | --quorum Q [--listeners L]) --dir PATH [--host NAME]
 * [--parent-pid N]}, Q as {@link Quorum#parse} takes it, L as {@link Listener#parse}; with {@code
 * --host} it listens at every address and is called by that name. Prints one line when clients can
 * connect; ends with status 2 and a sentence where a port is taken or an argument is wrong; stops
 * in order at SIGTERM; with {@code --parent-pid} it ends when that process does.
 */
public final class BrokerProcess {

  private static final Set<String> OPTIONS =
      Set.of(
          "--port",
          "--controller-port",
          "--quorum",
          "--listeners",
          "--dir",
          "--host",
          "--parent-pid");

  private BrokerProcess() {}

  @SuppressWarnings("SystemOut") // what a process says to whoever started it
  public static void main(String[] arguments) {
    quietLogs();
    try {
      Map<String, String> options = parse(arguments);
      int port = number(options, "--port");
      Path directory = Path.of(required(options, "--dir"));
      String quorum = options.get("--quorum");
      String host = options.get("--host");
      var broker =
          host != null
              ? KafkaBroker.startAt(host, port, number(options, "--controller-port"), directory)
              : quorum == null
                  ? KafkaBroker.start(port, number(options, "--controller-port"), directory)
                  : KafkaBroker.start(
                      port,
                      Quorum.parse(quorum),
                      directory,
                      options.containsKey("--listeners")
                          ? Listener.parse(required(options, "--listeners"))
                          : List.of());
      Runtime.getRuntime().addShutdownHook(new Thread(broker::stop, "stop-broker"));
      if (options.containsKey("--parent-pid")) {
        endWith(number(options, "--parent-pid"));
      }
      System.out.println("Kafka answers on " + broker.bootstrapServers());
      broker.awaitShutdown();
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println(e.getMessage());
      Runtime.getRuntime().halt(2);
    }
  }

  private static void endWith(int parent) {
    ProcessHandle handle =
        ProcessHandle.of(parent)
            .orElseThrow(
                () -> new IllegalStateException("the process " + parent + " has ended already"));
    Thread.ofVirtual()
        .name("parent-watch")
        .start(
            () -> {
              handle.onExit().join();
              Thread stop = Thread.ofPlatform().daemon().start(() -> System.exit(0));
              try {
                // Nobody is left who could end it harder.
                if (!stop.join(Duration.ofSeconds(10))) {
                  Runtime.getRuntime().halt(0);
                }
              } catch (InterruptedException e) {
                Runtime.getRuntime().halt(0);
              }
            });
  }

  private static Map<String, String> parse(String[] arguments) {
    var options = new HashMap<String, String>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!OPTIONS.contains(arguments[i]) || i + 1 >= arguments.length) {
        throw new IllegalArgumentException(
            "usage: --port N (--controller-port N | --quorum Q [--listeners L]) --dir PATH [--host NAME] [--parent-pid N]; not understood: "
                + arguments[i]);
      }
      options.put(arguments[i], arguments[i + 1]);
    }
    return options;
  }

  private static String required(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  private static int number(Map<String, String> options, String name) {
    String value = required(options, name);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a number, and is " + value, e);
    }
  }

  static void quietLogs() {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    var console = new ConsoleHandler();
    console.setLevel(Level.WARNING);
    root.addHandler(console);
    root.setLevel(Level.WARNING);
  }
}
