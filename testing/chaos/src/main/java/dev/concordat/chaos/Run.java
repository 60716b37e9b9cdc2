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
import java.util.function.Consumer;

/**
 * One run: the suite in replicas, load, faults by the schedule of the seed; then quiet, and what is
 * there in the end. What it comes to is judged from the history.
 */
final class Run implements AutoCloseable {

  private static final List<Part> SERVICES =
      List.of(Part.TRUST_REGISTRY, Part.METADATA_SERVICE, Part.TOKEN_SERVICE, Part.PROBE_SERVICE);
  private static final int MAILBOXES = 6;
  private static final int ADMINISTRATORS = 3;
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final History history = new History();
  private final Consumer<String> progress;
  private final Map<String, SmallDisk> disks = new LinkedHashMap<>();
  private final Map<String, SettableClock> clocks = new LinkedHashMap<>();
  private final Network network;
  private final ProbeGround ground;
  private volatile boolean ended;

  /** Starts everything, and introduces it to each other. */
  Run(Path folder, int replicas, int brokers, Consumer<String> progress)
      throws SuiteFailure, InterruptedException, IOException {
    this.progress = progress;
    for (int number = 1; number <= brokers; number++) {
      String broker = "kafka-" + number;
      SmallDisk.at(folder.resolve(broker)).ifPresent(it -> disks.put(broker, it));
    }
    network = new Network(SERVICES, brokers);
    var wanted = new ArrayList<Replicas>();
    wanted.add(Replicas.of(Part.PARTNER_SIMULATOR, 1, List.of("-XX:+UseSerialGC", "-Xmx256m")));
    for (Part part : SERVICES) {
      wanted.add(plan(part, replicas - 1));
      wanted.add(withClock(plan(part, 1), clocked(part, replicas), folder));
    }
    try {
      ground = ProbeGround.start(folder, network.brokers(), wanted.toArray(Replicas[]::new));
    } catch (SuiteFailure | InterruptedException | RuntimeException e) {
      disks.values().forEach(SmallDisk::close);
      network.close();
      throw e;
    }
    network.lead(Part.PARTNER_SIMULATOR, ground.exchangePort(), true);
    Thread.ofVirtual().name("readiness").start(this::watch);
  }

  private Replicas plan(Part part, int count) {
    List<String> small =
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms48m", "-Xmx128m");
    return Replicas.of(part, count, small)
        .with("kafka.bootstrap.servers", network.bootstrap(part))
        .with("concordat.messaging.session-timeout", "6s")
        .with("concordat.token.public-url", network.tokensUrl())
        .with("concordat.probe.token-service-url", network.tokensUrl())
        .with("concordat.probe.metadata-service-url", network.metadataUrl())
        .with("concordat.probe.service-records", "false");
  }

  /** Of each service the last replica has a clock of its own: it costs time to ask it. */
  private static String clocked(Part part, int replicas) {
    return part.partName() + "-" + (replicas - 1);
  }

  private Replicas withClock(Replicas plan, String name, Path folder) throws IOException {
    Optional<SettableClock> clock = SettableClock.in(folder.resolve("clocks").resolve(name));
    clock.ifPresent(it -> clocks.put(name, it));
    return clock.map(it -> plan.under(it.launcher())).orElse(plan);
  }

  private void watch() {
    while (!ended) {
      for (Part part : List.of(Part.TOKEN_SERVICE, Part.METADATA_SERVICE)) {
        for (Replica replica : ground.cluster().replicas(part)) {
          try {
            network.lead(part, replica.url().getPort(), replica.isReady());
            Thread.sleep(100);
          } catch (InterruptedException e) {
            return;
          }
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
        SERVICES.stream().map(it -> clocked(it, ground.cluster().replicas(it).size())).toList(),
        network.links().stream().map(Link::name).toList());
  }

  /** Whether this machine and this user let it be done. */
  private boolean canBe(Fault fault) {
    return switch (fault) {
      case Fault.FullDisk(String broker) -> disks.containsKey(broker);
      case Fault.ClockJump(String replica, var _) -> clocks.containsKey(replica);
      default -> true;
    };
  }

  /** Runs a schedule under load, then has everything settle; all that was seen. */
  List<Entry> under(List<Schedule.Planned> schedule, long seed)
      throws SuiteFailure, InterruptedException, IOException {
    if (disks.isEmpty()) {
      say("left out: full disks, for which a file system must be mounted");
    }
    if (clocks.isEmpty()) {
      say("left out: clocks that jump, for which libfaketime must be installed");
    }
    String adminToken = ground.cluster().adminToken();
    try (var tail = new TopicTail(ground.cluster().kafkaBootstrap(), history);
        var clients =
            new Clients(
                ground.cluster().replicas(Part.TRUST_REGISTRY),
                ground.cluster().replicas(Part.TOKEN_SERVICE),
                adminToken,
                history);
        var rivals =
            new Rivals(ground.cluster().replicas(Part.TRUST_REGISTRY), adminToken, history);
        var visitors = new Visitors(ground.cluster(), adminToken, history);
        var injector = new Injector(ground, network.links(), disks, clocks, history, progress)) {
      prepare(visitors);
      clients.start(ADMINISTRATORS, seed);
      rivals.start(seed);
      visitors.start();
      injector.run(schedule.stream().filter(it -> canBe(it.fault())).toList());
      say("the faults are over");
      for (Replica replica : ground.cluster().replicas()) {
        if (replica.name().startsWith(Part.PARTNER_SIMULATOR.partName())) {
          continue;
        }
        replica.awaitReady();
      }
      visitors.end();
      rivals.end();
      clients.end();
      settle(tail, clients);
    }
    return history.entries();
  }

  /** The steady partner, whose mailboxes are probed. */
  private void prepare(Visitors visitors) throws SuiteFailure, InterruptedException {
    ground.makeMailboxes(MAILBOXES);
    declareSteady(true);
    declare(Visitors.CALLER, visitors.caller());
    try (var asking = new Clients(List.of(), List.of(), ground.cluster().adminToken(), history)) {
      for (Replica replica : ground.cluster().replicas(Part.TOKEN_SERVICE)) {
        await(
            "tokens of " + replica.name(),
            () -> asking.answer(replica, TokensGoOn.STEADY, "").token() == Entry.Token.ISSUED);
      }
    }
    await("an answer to everything of everybody", () -> visitors.unanswered().isEmpty());
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
                .formatted(LocalSuite.DOMAIN, network.exchangePort())));
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
    declare(TokensGoOn.STEADY, declaration);
  }

  private void declare(String name, Map<String, ?> partner)
      throws SuiteFailure, InterruptedException {
    var _ =
        ground.send(
            "PUT", ground.only(Part.TRUST_REGISTRY).url().resolve("/v1/partners/" + name), partner);
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
    network.close();
    disks.values().forEach(SmallDisk::close);
  }
}
