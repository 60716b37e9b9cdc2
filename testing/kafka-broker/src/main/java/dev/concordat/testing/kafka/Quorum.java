package dev.concordat.testing.kafka;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The nodes of a cluster; each is broker and controller.
 *
 * @param clusterId the same for all of them, as {@code Uuid.randomUuid()} makes it
 * @param node which of them this is, from 1
 * @param controllerPorts of all nodes, in order
 */
public record Quorum(String clusterId, int node, List<Integer> controllerPorts) {

  public Quorum {
    controllerPorts = List.copyOf(controllerPorts);
    if (node < 1 || node > controllerPorts.size()) {
      throw new IllegalArgumentException(
          "there is no node " + node + " among " + controllerPorts.size());
    }
  }

  /** {@code <cluster id>/<node>/<port>,<port>,…}. */
  public static Quorum parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("a quorum is <cluster id>/<node>/<port>,…, not " + text);
    }
    return new Quorum(
        parts[0],
        Integer.parseInt(parts[1]),
        Arrays.stream(parts[2].split(",", -1)).map(Integer::valueOf).toList());
  }

  @Override
  public String toString() {
    return clusterId
        + "/"
        + node
        + "/"
        + controllerPorts.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  int controllerPort() {
    return controllerPorts.get(node - 1);
  }

  /** {@code controller.quorum.voters}. */
  String voters() {
    var voters = new StringBuilder();
    for (int i = 0; i < controllerPorts.size(); i++) {
      voters
          .append(i == 0 ? "" : ",")
          .append(i + 1)
          .append("@127.0.0.1:")
          .append(controllerPorts.get(i));
    }
    return voters.toString();
  }

  /** How often each record is kept: on every node, of three at most. */
  int replication() {
    return Math.min(3, controllerPorts.size());
  }

  /** How many of those must have it before it counts as written: all but one. */
  int inSync() {
    return Math.max(1, replication() - 1);
  }
}
