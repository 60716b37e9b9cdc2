package dev.concordat.suite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many of a part a cluster has, and what each is started with.
 *
 * @param part a service, or the simulator
 * @param javaFlags of its Java: its heap above all
 * @param settings beside those that every service has; one with an {@code auth-server-url} gets
 *     callers' tokens by that issuer rather than the suite's own
 * @param launcher the command that is to start it, if it isn't started by itself: {@code env} with
 *     what goes into its environment, say
 */
public record Replicas(
    Part part,
    int count,
    List<String> javaFlags,
    Map<String, String> settings,
    List<String> launcher) {

  public Replicas {
    launcher = List.copyOf(launcher);
    javaFlags = List.copyOf(javaFlags);
    settings = Map.copyOf(settings);
  }

  /** So many, with these flags for Java. */
  public static Replicas of(Part part, int count, List<String> javaFlags) {
    return new Replicas(part, count, javaFlags, Map.of(), List.of());
  }

  /** The same, with one more setting. */
  public Replicas with(String key, String value) {
    var more = new LinkedHashMap<>(settings);
    more.put(key, value);
    return new Replicas(part, count, javaFlags, more, launcher);
  }

  /** The same, started by this command. */
  public Replicas under(String... command) {
    return new Replicas(part, count, javaFlags, settings, List.of(command));
  }

  /** A command as it is started. */
  List<String> launched(List<String> command) {
    var whole = new ArrayList<>(launcher);
    whole.addAll(command);
    return whole;
  }
}
