package dev.concordat.suite;

import dev.concordat.testing.kafka.Listener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many brokers a cluster has, and by which further listeners they are reached.
 *
 * @param listeners of a broker, by its number from 1; most have none
 */
public record Brokers(int count, Map<Integer, List<Listener>> listeners) {

  public Brokers {
    listeners = Map.copyOf(listeners);
  }

  /** So many, each with its one listener. */
  public static Brokers of(int count) {
    return new Brokers(count, Map.of());
  }

  /** The same, with these listeners beside the one that this broker has. */
  public Brokers with(int number, List<Listener> further) {
    var more = new LinkedHashMap<>(listeners);
    more.put(number, List.copyOf(further));
    return new Brokers(count, more);
  }
}
