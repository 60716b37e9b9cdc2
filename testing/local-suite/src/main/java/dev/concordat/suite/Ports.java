package dev.concordat.suite;

import dev.concordat.testing.kafka.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.EnumMap;
import java.util.Map;

/**
 * The ports that the parts listen on.
 *
 * @param main by part
 * @param management by part: health and metrics; for Kafka the controller's
 */
public record Ports(Map<Part, Integer> main, Map<Part, Integer> management) {

  public Ports {
    main = Map.copyOf(main);
    management = Map.copyOf(management);
  }

  /** The documented ports, each this much higher. */
  public static Ports documented(int offset) {
    var main = new EnumMap<Part, Integer>(Part.class);
    var management = new EnumMap<Part, Integer>(Part.class);
    for (Part part : Part.values()) {
      main.put(part, part.port() + offset);
      management.put(part, part.managementPort() + offset);
    }
    return new Ports(main, management);
  }

  /** Ports that nobody listens on now. */
  public static Ports free() {
    var main = new EnumMap<Part, Integer>(Part.class);
    var management = new EnumMap<Part, Integer>(Part.class);
    for (Part part : Part.values()) {
      main.put(part, FreePorts.one());
      management.put(part, FreePorts.one());
    }
    return new Ports(main, management);
  }

  /** The port of a part. */
  public int of(Part part) {
    return main.getOrDefault(part, part.port());
  }

  /** The port of a part's health and metrics. */
  public int managementOf(Part part) {
    return management.getOrDefault(part, part.managementPort());
  }

  /**
   * Makes sure that every port is free.
   *
   * @throws SuiteFailure that names the port, what needs it, who holds it and what to do
   */
  void requireFree(Iterable<Part> parts) throws SuiteFailure {
    for (Part part : parts) {
      requireFree(part, of(part));
      requireFree(part, managementOf(part));
    }
  }

  private static void requireFree(Part part, int port) throws SuiteFailure {
    if (port < 1 || port > 65535) {
      throw new SuiteFailure("There is no port " + port + "; choose a smaller --port-offset.");
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port));
    } catch (IOException e) {
      throw new SuiteFailure(
          "Port %d is taken%s, and %s needs it. Stop that, or start with another offset: ./concordat up --port-offset 1000"
              .formatted(
                  port, PortHolder.of(port).map(it -> " by " + it).orElse(""), part.partName()));
    }
  }
}
