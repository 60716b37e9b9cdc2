package dev.concordat.testing.kafka;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One more door of a broker: whoever comes through it is told to come back by another port, where a
 * test has put something in between.
 *
 * @param name in upper case; {@link #BROKERS} is the one that the other brokers use
 * @param port where the broker listens
 * @param advertisedPort where it says that it listens
 */
public record Listener(String name, int port, int advertisedPort) {

  /** The listener that brokers use among each other, where there is one of this name. */
  public static final String BROKERS = "BROKERS";

  /** {@code NAME:port:advertised,…}. */
  public static List<Listener> parse(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(
            it -> {
              String[] parts = it.split(":", -1);
              if (parts.length != 3) {
                throw new IllegalArgumentException(
                    "a listener is NAME:port:advertised port, not " + it);
              }
              return new Listener(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
            })
        .toList();
  }

  /** What {@link #parse} takes. */
  public static String print(List<Listener> listeners) {
    return listeners.stream().map(Listener::toString).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return name + ":" + port + ":" + advertisedPort;
  }
}
