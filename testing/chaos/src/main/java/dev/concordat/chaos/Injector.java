package dev.concordat.chaos;

import dev.concordat.chaos.Schedule.Planned;
import dev.concordat.suite.Part;
import dev.concordat.suite.ProbeGround;
import dev.concordat.suite.ServiceCluster.Broker;
import dev.concordat.suite.ServiceCluster.Node;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Breaks what is planned when it is planned, and mends it. */
final class Injector implements AutoCloseable {

  /** All brokers together, as what is ready. */
  static final String KAFKA = "kafka";

  private static final byte[] UNREADABLE = "{\"neither\": JSON".getBytes(StandardCharsets.UTF_8);

  private static final Duration START_UP = Duration.ofMinutes(4);

  private final ProbeGround ground;
  private final List<Link> links;
  private final Map<String, SmallDisk> disks;
  private final Map<String, SettableClock> clocks;
  private final History history;
  private final Consumer<String> progress;
  private final List<Thread> waiting = new ArrayList<>();
  private final KafkaProducer<byte[], byte[]> producer;

  Injector(
      ProbeGround ground,
      List<Link> links,
      Map<String, SmallDisk> disks,
      Map<String, SettableClock> clocks,
      History history,
      Consumer<String> progress) {
    this.ground = ground;
    this.links = links;
    this.disks = disks;
    this.clocks = clocks;
    this.history = history;
    this.progress = progress;
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                ground.cluster().kafkaBootstrap(),
                "delivery.timeout.ms",
                "60000",
                "max.block.ms",
                "60000"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  private record Action(Duration at, boolean begins, Planned planned) {}

  /** Runs the schedule, whose times count from now on, to its end. */
  void run(List<Planned> schedule) throws SuiteFailure, InterruptedException, IOException {
    long origin = System.nanoTime();
    var actions = new ArrayList<Action>();
    for (Planned it : schedule) {
      actions.add(new Action(it.at(), true, it));
      if (!it.lasts().isZero()) {
        actions.add(new Action(it.end(), false, it));
      }
    }
    actions.sort(Comparator.comparing(Action::at));
    for (Action action : actions) {
      long wait = action.at.toNanos() - (System.nanoTime() - origin);
      if (wait > 0) {
        TimeUnit.NANOSECONDS.sleep(wait);
      }
      if (action.begins) {
        begin(action.planned);
      } else {
        end(action.planned.fault());
      }
    }
    for (Thread thread : waiting) {
      thread.join();
    }
  }

  private void begin(Planned planned) throws SuiteFailure, InterruptedException, IOException {
    Fault fault = planned.fault();
    say(fault + (planned.lasts().isZero() ? "" : ", for " + planned.lasts().toSeconds() + " s"));
    history.add(new Entry.FaultBegan(history.now(), fault));
    switch (fault) {
      case Fault.Kill(String name) -> node(name).kill();
      case Fault.Hold(String name) -> node(name).hold();
      case Fault.AllBrokersLost() -> ground.cluster().brokers().forEach(Node::kill);
      case Fault.FullDisk(String name) -> disk(name).fill();
      case Fault.ClockJump(String name, Duration by) -> clock(name).set(by);
      case Fault.Cut(String name) -> link(name).cut();
      case Fault.Slow(String name, Duration by) -> link(name).slow(by);
      case Fault.Poison(var topic) ->
          waiting.add(Thread.ofVirtual().start(() -> poison(topic.topicName())));
      case Fault.PartnerOutage() ->
          exchange(
              "/simulator/faults",
              Map.of(
                  "path",
                  "/autodiscover/metadata",
                  "status",
                  503,
                  "seconds",
                  planned.lasts().toSeconds()));
      case Fault.PartnerRollover() -> {
        exchange("/simulator/exchange/New-ExchangeCertificate", Map.of());
        exchange("/simulator/exchange/Set-AuthConfig", Map.of("PublishCertificate", true));
      }
    }
  }

  private void end(Fault fault) throws SuiteFailure, InterruptedException, IOException {
    switch (fault) {
      case Fault.Kill(String name) -> node(name).start();
      case Fault.Hold(String name) -> node(name).release();
      case Fault.AllBrokersLost() -> {
        for (Broker broker : ground.cluster().brokers()) {
          broker.start();
        }
        waiting.add(Thread.ofVirtual().start(this::noteKafkaReady));
      }
      case Fault.FullDisk(String name) -> {
        disk(name).free();
        // As its supervisor does: a broker that could not write has ended itself, or is about to.
        node(name).kill();
        node(name).start();
      }
      case Fault.ClockJump(String name, var _) -> clock(name).set(Duration.ZERO);
      case Fault.Cut(String name) -> link(name).mend();
      case Fault.Slow(String name, var _) -> link(name).mend();
      default -> {
        // It ends by itself, or has happened.
      }
    }
    say("over: " + fault);
    history.add(new Entry.FaultEnded(history.now(), fault));
    String name =
        switch (fault) {
          case Fault.Kill(String killed) -> killed;
          case Fault.Hold(String held) -> held;
          default -> "";
        };
    ground.cluster().replicas().stream()
        .filter(it -> it.name().equals(name))
        .forEach(it -> waiting.add(Thread.ofVirtual().start(() -> noteReady(it))));
  }

  /** When so many brokers answer that records are taken again: starting takes them a while. */
  private void noteKafkaReady() {
    long deadline = System.nanoTime() + START_UP.toNanos();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", ground.cluster().kafkaBootstrap()))) {
      while (System.nanoTime() < deadline) {
        try {
          if (admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size()
              >= ground.cluster().brokers().size() - 1) {
            history.add(new Entry.Ready(history.now(), KAFKA));
            return;
          }
        } catch (ExecutionException | TimeoutException away) {
          // Not yet.
        }
        Thread.sleep(200);
      }
      say("the brokers do not come back");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void noteReady(Replica replica) {
    try {
      long deadline = System.nanoTime() + START_UP.toNanos();
      while (!replica.isReady()) {
        if (System.nanoTime() > deadline) {
          say(replica.name() + " does not get ready");
          return;
        }
        Thread.sleep(100);
      }
      history.add(new Entry.Ready(history.now(), replica.name()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void poison(String topic) {
    byte[] key = ("poison-" + history.now()).getBytes(StandardCharsets.UTF_8);
    try {
      var written =
          producer.send(new ProducerRecord<>(topic, key, UNREADABLE)).get(90, TimeUnit.SECONDS);
      history.add(new Entry.Poisoned(history.now(), topic, written.partition(), written.offset()));
    } catch (ExecutionException | TimeoutException e) {
      say("no poison got onto " + topic + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void exchange(String path, Map<String, ?> content)
      throws SuiteFailure, InterruptedException {
    var _ =
        ground.send(
            "POST", ground.only(Part.PARTNER_SIMULATOR).managementUrl().resolve(path), content);
  }

  private Node node(String name) {
    return Stream.concat(ground.cluster().brokers().stream(), ground.cluster().replicas().stream())
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private SmallDisk disk(String broker) {
    return Objects.requireNonNull(disks.get(broker), broker);
  }

  private SettableClock clock(String replica) {
    return Objects.requireNonNull(clocks.get(replica), replica);
  }

  private Link link(String name) {
    return links.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  private void say(String what) {
    progress.accept("%6.1f s  %s".formatted(history.now() / 1000.0, what));
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
