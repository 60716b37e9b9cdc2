package dev.concordat.chaos;

import dev.concordat.suite.Brokers;
import dev.concordat.suite.Part;
import dev.concordat.testing.kafka.FreePorts;
import dev.concordat.testing.kafka.Listener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Every way between two parts, each a {@link Link} of its own: from each service to each broker,
 * from the brokers to each of them, from the probe-service to the services that it asks, and from
 * ours to the partner. The brokers among themselves elect their controller past it.
 */
final class Network implements AutoCloseable {

  private static final String TO_TOKENS = "probe-service to token-service";
  private static final String TO_METADATA = "probe-service to metadata-service";
  private static final String TO_EXCHANGE = "metadata-service and probe-service to Exchange";

  private final List<Link> links = new ArrayList<>();
  private final Map<Part, List<Integer>> bootstrap = new LinkedHashMap<>();
  private final Brokers brokers;
  private final Link tokens;
  private final Link metadata;
  private final Link exchange;
  private final Map<Part, Set<Integer>> ready =
      Map.of(
          Part.TOKEN_SERVICE, ConcurrentHashMap.newKeySet(),
          Part.METADATA_SERVICE, ConcurrentHashMap.newKeySet(),
          Part.PARTNER_SIMULATOR, ConcurrentHashMap.newKeySet());

  /** Makes the ways between these services and so many brokers. */
  Network(List<Part> services, int brokerCount) throws IOException {
    tokens = link(TO_TOKENS, () -> ready(Part.TOKEN_SERVICE));
    metadata = link(TO_METADATA, () -> ready(Part.METADATA_SERVICE));
    exchange = link(TO_EXCHANGE, () -> ready(Part.PARTNER_SIMULATOR));
    Brokers reached = Brokers.of(brokerCount);
    for (int number = 1; number <= brokerCount; number++) {
      var listeners = new ArrayList<Listener>();
      listeners.add(listener(Listener.BROKERS, "the other brokers", number));
      for (Part service : services) {
        Listener listener = listener(service.name(), service.partName(), number);
        listeners.add(listener);
        bootstrap.computeIfAbsent(service, _ -> new ArrayList<>()).add(listener.advertisedPort());
      }
      reached = reached.with(number, listeners);
    }
    brokers = reached;
  }

  private Link link(String name, Supplier<List<Integer>> ends) throws IOException {
    var link = new Link(name, ends);
    links.add(link);
    return link;
  }

  private Listener listener(String name, String from, int broker) throws IOException {
    int port = FreePorts.one();
    Link link = link(Link.toBroker(from, "kafka-" + broker), () -> List.of(port));
    return new Listener(name, port, link.port());
  }

  List<Link> links() {
    return List.copyOf(links);
  }

  /** The brokers, with a listener for each of the ways to them. */
  Brokers brokers() {
    return brokers;
  }

  /** A service's {@code kafka.bootstrap.servers}. */
  String bootstrap(Part service) {
    return bootstrap.getOrDefault(service, List.of()).stream()
        .map(it -> "127.0.0.1:" + it)
        .collect(Collectors.joining(","));
  }

  /** Where the probe-service calls the token-service. */
  String tokensUrl() {
    return "http://127.0.0.1:" + tokens.port();
  }

  /** Where the probe-service calls the metadata-service. */
  String metadataUrl() {
    return "http://127.0.0.1:" + metadata.port();
  }

  /** The port at which our services call Exchange. */
  int exchangePort() {
    return exchange.port();
  }

  /** Leads calls of this part to this port too from now on, or no longer. */
  void lead(Part part, int port, boolean there) {
    Set<Integer> ports = ready.get(part);
    if (ports != null && there) {
      ports.add(port);
    } else if (ports != null) {
      ports.remove(port);
    }
  }

  private List<Integer> ready(Part part) {
    return List.copyOf(ready.getOrDefault(part, Set.of()));
  }

  @Override
  public void close() throws IOException {
    for (Link link : links) {
      link.close();
    }
  }
}
