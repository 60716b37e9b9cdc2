package dev.concordat.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.chaos.Entry.PartnerRecord;
import dev.concordat.chaos.Entry.Probed;
import dev.concordat.chaos.Schedule.Ground;
import dev.concordat.contracts.Json;
import dev.concordat.suite.LocalSuite;
import dev.concordat.suite.Part;
import dev.concordat.suite.ProbeGround;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster.Node;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * One run: the suite in replicas, load, faults by the schedule of the seed; then quiet, and what is
 * there in the end. What it comes to is judged from the history.
 */
final class Run implements AutoCloseable {

  private static final List<Part> SERVICES =
      List.of(Part.TRUST_REGISTRY, Part.METADATA_SERVICE, Part.TOKEN_SERVICE, Part.PROBE_SERVICE);
  private static final String TO_TOKENS = "probe-service to token-service";
  private static final String TO_EXCHANGE = "metadata-service and probe-service to Exchange";
  private static final int MAILBOXES = 6;
  private static final int ADMINISTRATORS = 3;
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final History history = new History();
  private final Consumer<String> progress;
  private final Set<Integer> ready = ConcurrentHashMap.newKeySet();
  private final List<Link> links;
  private final ProbeGround ground;
  private volatile boolean ended;

  /** Starts everything, and waits until the steady partner's tokens are issued everywhere. */
  Run(Path folder, int replicas, int brokers, Consumer<String> progress)
      throws SuiteFailure, InterruptedException, IOException {
    this.progress = progress;
    var exchangePort = new java.util.concurrent.atomic.AtomicInteger();
    links =
        List.of(
            new Link(TO_TOKENS, () -> List.copyOf(ready)),
            new Link(TO_EXCHANGE, () -> List.of(exchangePort.get())));
    String tokens = "http://127.0.0.1:" + links.getFirst().port();
    List<String> small =
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms48m", "-Xmx128m");
    var wanted = new ArrayList<Replicas>();
    wanted.add(Replicas.of(Part.PARTNER_SIMULATOR, 1, List.of("-XX:+UseSerialGC", "-Xmx256m")));
    for (Part part : SERVICES) {
      wanted.add(
          Replicas.of(part, replicas, small)
              .with("concordat.messaging.session-timeout", "6s")
              .with("concordat.token.public-url", tokens)
              .with("concordat.probe.token-service-url", tokens)
              .with("concordat.probe.service-records", "false"));
    }
    ground = ProbeGround.start(folder, brokers, wanted.toArray(Replicas[]::new));
    exchangePort.set(ground.exchangePort());
    Thread.ofVirtual().name("readiness").start(this::watch);
  }

  private void watch() {
    while (!ended) {
      for (Replica replica : ground.cluster().replicas(Part.TOKEN_SERVICE)) {
        try {
          if (replica.isReady()) {
            ready.add(replica.url().getPort());
          } else {
            ready.remove(replica.url().getPort());
          }
          Thread.sleep(200);
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }

  /** What may be broken. */
  Ground breakable() {
    var services = new LinkedHashMap<String, List<String>>();
    for (Part part : SERVICES) {
      services.put(
          part.partName(), ground.cluster().replicas(part).stream().map(Node::name).toList());
    }
    return new Ground(
        services,
        ground.cluster().brokers().stream().map(Node::name).toList(),
        links.stream().map(Link::name).toList());
  }

  /** Runs a schedule under load, then has everything settle; all that was seen. */
  List<Entry> under(List<Schedule.Planned> schedule, long seed)
      throws SuiteFailure, InterruptedException, IOException {
    try (var tail = new TopicTail(ground.cluster().kafkaBootstrap(), history);
        var clients =
            new Clients(
                ground.cluster().replicas(Part.TRUST_REGISTRY),
                ground.cluster().replicas(Part.TOKEN_SERVICE),
                ground.cluster().adminToken(),
                history);
        var injector = new Injector(ground, links, history, progress)) {
      prepare();
      clients.start(ADMINISTRATORS, seed);
      injector.run(schedule);
      say("the faults are over");
      for (Replica replica : ground.cluster().replicas()) {
        if (replica.name().startsWith(Part.PARTNER_SIMULATOR.partName())) {
          continue;
        }
        replica.awaitReady();
      }
      clients.end();
      settle(tail, clients);
    }
    return history.entries();
  }

  /** The steady partner, whose mailboxes are probed. */
  private void prepare() throws SuiteFailure, InterruptedException {
    ground.makeMailboxes(MAILBOXES);
    declareSteady(true);
    try (var asking = new Clients(List.of(), List.of(), ground.cluster().adminToken(), history)) {
      for (Replica replica : ground.cluster().replicas(Part.TOKEN_SERVICE)) {
        await(
            "tokens of " + replica.name(),
            () -> asking.answer(replica, TokensGoOn.STEADY, "").token() == Entry.Token.ISSUED);
      }
    }
    for (int i = 0; i < MAILBOXES; i++) {
      history.add(
          new Entry.Due(history.now(), "sip:" + ProbeGround.mailbox(i), INTERVAL.toMillis()));
    }
    say(
        "everything runs: %d processes and %d brokers"
            .formatted(ground.cluster().replicas().size(), ground.cluster().brokers().size()));
  }

  private void declareSteady(boolean probed) throws SuiteFailure, InterruptedException {
    var declaration = new LinkedHashMap<String, Object>();
    declaration.put("kind", "exchange");
    declaration.put(
        "trust",
        Map.of(
            "metadataUrl",
            "https://autodiscover.%s:%d/autodiscover/metadata/json/1"
                .formatted(LocalSuite.DOMAIN, links.get(1).port())));
    if (probed) {
      declaration.put(
          "probe",
          Map.of(
              "sipAddresses",
              java.util.stream.IntStream.range(0, MAILBOXES)
                  .mapToObj(it -> "sip:" + ProbeGround.mailbox(it))
                  .toList(),
              "interval",
              INTERVAL.toString()));
    }
    var _ =
        ground.send(
            "PUT",
            ground.only(Part.TRUST_REGISTRY).url().resolve("/v1/partners/" + TokensGoOn.STEADY),
            declaration);
  }

  private void settle(TopicTail tail, Clients clients)
      throws SuiteFailure, InterruptedException, IOException {
    long settled = history.now();
    history.add(new Entry.Settled(settled));
    // A probe of each mailbox after the last fault: it cleans up what a killed one left.
    for (int i = 0; i < MAILBOXES; i++) {
      String sip = "sip:" + ProbeGround.mailbox(i);
      await(
          "a probe of " + sip,
          () ->
              Invariant.of(Probed.class, history.entries()).stream()
                  .anyMatch(it -> it.sipAddress().equals(sip) && it.startedAt() > settled));
    }
    declareSteady(false);
    await("the views to agree", () -> checksums().values().stream().allMatch(it -> it.size() == 1));
    noteViews();
    if (!tail.awaitEnd(PATIENCE)) {
      throw new IllegalStateException("the topics can't be read to their end");
    }
    for (Replica replica : ground.cluster().replicas(Part.TRUST_REGISTRY)) {
      history.add(new Entry.Listed(history.now(), replica.name(), listed(replica)));
    }
    List<String> removed =
        Invariant.of(PartnerRecord.class, history.entries()).stream()
            .filter(PartnerRecord::removed)
            .map(PartnerRecord::name)
            .toList();
    for (String name : removed.subList(Math.max(0, removed.size() - 20), removed.size())) {
      for (Replica replica : ground.cluster().replicas(Part.TOKEN_SERVICE)) {
        clients.token(replica, name, "https://mail.litwareinc.com/EWS/Exchange.asmx");
      }
    }
    lookIntoMailboxes();
  }

  /** The checksums of the views, by service and topic; one where all replicas agree. */
  private Map<String, Set<String>> checksums() throws InterruptedException {
    var checksums = new TreeMap<String, Set<String>>();
    for (Part part : SERVICES) {
      for (Replica replica : ground.cluster().replicas(part)) {
        replica
            .labelled("concordat_view_checksum", "topic")
            .forEach(
                (topic, checksum) ->
                    checksums
                        .computeIfAbsent(
                            part.partName() + " " + topic, _ -> new java.util.TreeSet<>())
                        .add(checksum));
      }
    }
    return checksums;
  }

  private void noteViews() throws InterruptedException {
    for (Part part : SERVICES) {
      for (Replica replica : ground.cluster().replicas(part)) {
        replica
            .labelled("concordat_view_checksum", "topic")
            .forEach(
                (topic, checksum) ->
                    history.add(
                        new Entry.ViewRead(history.now(), replica.name(), topic, checksum)));
      }
    }
  }

  private Map<String, Long> listed(Replica replica)
      throws SuiteFailure, InterruptedException, IOException {
    var all = new TreeMap<String, Long>();
    String next = "";
    do {
      JsonNode page =
          json(
              ground.get(
                  replica
                      .url()
                      .resolve(
                          "/v1/partners?limit=1000" + (next.isEmpty() ? "" : "&cursor=" + next))));
      page.path("items")
          .forEach(it -> all.put(it.path("name").asText(), it.path("revision").asLong()));
      next = page.path("next").asText("");
    } while (!next.isEmpty());
    return all;
  }

  private void lookIntoMailboxes() throws SuiteFailure, InterruptedException, IOException {
    for (int i = 0; i < MAILBOXES; i++) {
      String address = ProbeGround.mailbox(i);
      // One that was under way when the schedule ended may still be at it.
      Optional<Integer> none = Optional.empty();
      for (int tries = 0; tries < 20 && none.filter(it -> it == 0).isEmpty(); tries++) {
        if (tries > 0) {
          Thread.sleep(1_000);
        }
        none =
            Optional.of(
                json(ground.get(
                        ground
                            .only(Part.PARTNER_SIMULATOR)
                            .managementUrl()
                            .resolve("/simulator/mailboxes/" + address + "/items")))
                    .size());
      }
      history.add(new Entry.LookedInto(history.now(), "sip:" + address, none.orElseThrow()));
    }
  }

  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a service answers something that is no JSON", e);
    }
  }

  /** Something that becomes true. */
  private interface Condition {
    boolean holds() throws InterruptedException;
  }

  /** Waits for it; whoever judges the history sees where it did not come. */
  private void await(String what, Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        say("waited in vain for " + what);
        return;
      }
      Thread.sleep(200);
    }
  }

  private void say(String what) {
    progress.accept("%6.1f s  %s".formatted(history.now() / 1000.0, what));
  }

  @Override
  public void close() throws IOException {
    ended = true;
    ground.close();
    for (Link link : links) {
      link.close();
    }
  }
}
