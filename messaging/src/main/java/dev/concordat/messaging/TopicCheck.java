package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the topics that a service uses exist in the shape that they must have, and goes on
 * looking whether they are still the same ones.
 *
 * <p>A state topic with another clean-up policy loses state months later, so it is refused at
 * start, by name, with the value in force, where that comes from and the command that mends it. It
 * makes no topics.
 */
public final class TopicCheck implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(TopicCheck.class);

  /** What can be found out about a topic. */
  sealed interface Finding {
    /** It is as it must be. */
    record Right() implements Finding {}

    /** It is not there, or not as it must be; says what is and what to run. */
    record Wrong(String what) implements Finding {}
  }

  /** What a topic's settings say of one of them. */
  record Effective(String value, String origin) {}

  private final KafkaClients clients;
  private final Duration interval;
  private final Thread thread;
  private final Set<Topic> required = EnumSet.noneOf(Topic.class);
  private final Map<Topic, Finding> findings = new HashMap<>();
  private final Map<Topic, Uuid> ids = new HashMap<>();
  private final List<BiConsumer<Topic, Boolean>> watchers = new ArrayList<>();
  private volatile @Nullable String unanswered;
  private volatile boolean closed;

  public TopicCheck(KafkaClients clients, Duration interval) {
    this.clients = clients;
    this.interval = interval;
    unanswered = "Kafka at " + clients.bootstrapServers() + " has not answered yet";
    thread = Thread.ofPlatform().daemon().name("topic-check").start(this::watch);
  }

  /** Adds topics that the service uses. */
  public void require(Topic... topics) {
    synchronized (this) {
      required.addAll(List.of(topics));
      notifyAll();
    }
  }

  /** Calls back when a topic is another one than before ({@code true}) or gone ({@code false}). */
  synchronized void onReplaced(BiConsumer<Topic, Boolean> watcher) {
    watchers.add(watcher);
  }

  /** Whether every topic was found right once. */
  public boolean passed() {
    synchronized (this) {
      return findings.keySet().containsAll(required)
          && findings.values().stream().allMatch(Finding.Right.class::isInstance);
    }
  }

  /** What keeps it from having passed, topic by topic, with what to do; empty when it has. */
  public Map<String, String> complaints() {
    var complaints = new HashMap<String, String>();
    synchronized (this) {
      String silence = unanswered;
      for (Topic topic : required) {
        switch (findings.get(topic)) {
          case Finding.Wrong(String what) -> complaints.put(topic.topicName(), what);
          case Finding.Right right -> {}
          case null ->
              complaints.put(topic.topicName(), silence == null ? "not looked at yet" : silence);
        }
      }
    }
    return complaints;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void watch() {
    Admin admin = null;
    try {
      while (!closed) {
        boolean answered = false;
        try {
          if (admin == null) {
            admin = clients.admin();
          }
          look(admin);
          unanswered = null;
          answered = true;
        } catch (KafkaException | ExecutionException | TimeoutException e) {
          String silence = silence(e);
          if (unanswered == null || !silence.equals(unanswered)) {
            LOG.warnf("%s; what this service knows stays in use (%s)", silence, e.getMessage());
          }
          unanswered = silence;
          // The next one begins with the bootstrap servers again.
          if (admin != null) {
            admin.close(Duration.ZERO);
            admin = null;
          }
        }
        synchronized (this) {
          // Eager while the service waits for it, leisurely afterwards.
          wait(answered && passed() ? interval.toMillis() : 500);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the topic check ends");
    } finally {
      if (admin != null) {
        admin.close(Duration.ZERO);
      }
    }
  }

  private String silence(Exception failure) {
    return clients
        .missingFile()
        .map(
            it ->
                "Kafka can't be asked, because %s is not there: it belongs to this service's Kafka user or its authority, whose Secret is missing or has another key"
                    .formatted(it))
        .orElseGet(
            () ->
                "Kafka at "
                    + clients.bootstrapServers()
                    + (refuses(failure)
                        ? " refuses this service's user; see deploy/strimzi/users.yaml for what it"
                            + " must be allowed"
                        : " does not answer"));
  }

  /** Whether Kafka answered, and the answer is that we are not who we say, or may not. */
  private static boolean refuses(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof AuthenticationException || at instanceof AuthorizationException) {
        return true;
      }
    }
    return false;
  }

  private void look(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
    Set<Topic> topics;
    synchronized (this) {
      topics = required.isEmpty() ? Set.of() : EnumSet.copyOf(required);
    }
    if (topics.isEmpty()) {
      return;
    }
    Map<Topic, TopicDescription> described = describe(admin, topics);
    Map<Topic, Config> settings = settings(admin, described.keySet());
    for (Topic topic : topics) {
      var description = Optional.ofNullable(described.get(topic));
      noteIdentity(topic, description.map(TopicDescription::topicId));
      Finding finding =
          description
              .map(
                  it ->
                      judge(
                          topic,
                          it.partitions().size(),
                          effective(settings.get(topic)),
                          clients.bootstrapServers()))
              .orElseGet(() -> absent(topic, clients.bootstrapServers()));
      note(topic, finding);
    }
  }

  private void note(Topic topic, Finding finding) {
    Finding before;
    synchronized (this) {
      before = findings.get(topic);
      // What was right once stays right for readiness: a view tells of a topic lost later.
      if (!(before instanceof Finding.Right)) {
        findings.put(topic, finding);
      }
    }
    if (finding instanceof Finding.Wrong(String what) && !finding.equals(before)) {
      LOG.error(what);
    }
  }

  private void noteIdentity(Topic topic, Optional<Uuid> id) {
    List<BiConsumer<Topic, Boolean>> told;
    Uuid before;
    synchronized (this) {
      before = ids.get(topic);
      if (id.isPresent()) {
        ids.put(topic, id.get());
      }
      told = List.copyOf(watchers);
    }
    if (before == null) {
      return;
    }
    if (id.isEmpty()) {
      told.forEach(watcher -> watcher.accept(topic, false));
    } else if (!id.get().equals(before)) {
      told.forEach(watcher -> watcher.accept(topic, true));
    }
  }

  /** The decision: is the topic as it must be? */
  static Finding judge(
      Topic topic, int partitions, Optional<Effective> cleanupPolicy, String bootstrapServers) {
    if (partitions != topic.partitions()) {
      return new Finding.Wrong(
          "The topic %s has %d partitions and must have %d: keys would be looked for in other"
                  .formatted(topic.topicName(), partitions, topic.partitions())
              + " partitions than they are in. Make it anew: kafka-topics.sh --bootstrap-server "
              + "%s --delete --topic %s, then %s"
                  .formatted(
                      bootstrapServers, topic.topicName(), creation(topic, bootstrapServers)));
    }
    String value = cleanupPolicy.map(Effective::value).orElse("unknown");
    if (!value.equals(topic.cleanupPolicy())) {
      return new Finding.Wrong(
          ("The topic %s has cleanup.policy=%s (%s) and must have cleanup.policy=%s%s. Mend it:"
                  + " kafka-configs.sh --bootstrap-server %s --alter --entity-type topics"
                  + " --entity-name %s --add-config cleanup.policy=%s")
              .formatted(
                  topic.topicName(),
                  value,
                  cleanupPolicy.map(Effective::origin).orElse("not readable"),
                  topic.cleanupPolicy(),
                  topic.compacted() ? ", or state is lost when its retention ends" : "",
                  bootstrapServers,
                  topic.topicName(),
                  topic.cleanupPolicy()));
    }
    return new Finding.Right();
  }

  static Finding absent(Topic topic, String bootstrapServers) {
    return new Finding.Wrong(
        "The topic %s does not exist. Make it: %s"
            .formatted(topic.topicName(), creation(topic, bootstrapServers)));
  }

  private static String creation(Topic topic, String bootstrapServers) {
    var command =
        new StringBuilder("kafka-topics.sh --bootstrap-server ")
            .append(bootstrapServers)
            .append(" --create --topic ")
            .append(topic.topicName())
            .append(" --partitions ")
            .append(topic.partitions());
    topic.settings().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            setting ->
                command
                    .append(" --config ")
                    .append(setting.getKey())
                    .append('=')
                    .append(setting.getValue()));
    return command.toString();
  }

  private static Optional<Effective> effective(@Nullable Config settings) {
    ConfigEntry entry = settings == null ? null : settings.get(TopicConfig.CLEANUP_POLICY_CONFIG);
    return entry == null
        ? Optional.empty()
        : Optional.of(new Effective(entry.value(), origin(entry.source())));
  }

  private static String origin(ConfigEntry.ConfigSource source) {
    return switch (source) {
      case DYNAMIC_TOPIC_CONFIG -> "set on the topic";
      case DYNAMIC_BROKER_CONFIG, DYNAMIC_DEFAULT_BROKER_CONFIG, STATIC_BROKER_CONFIG ->
          "set on the broker as log.cleanup.policy";
      default -> "Kafka's default";
    };
  }

  /** The descriptions of those that exist. */
  private static Map<Topic, TopicDescription> describe(Admin admin, Collection<Topic> topics)
      throws ExecutionException, TimeoutException, InterruptedException {
    var answers =
        admin.describeTopics(topics.stream().map(Topic::topicName).toList()).topicNameValues();
    var described = new HashMap<Topic, TopicDescription>();
    for (Topic topic : topics) {
      var answer = answers.get(topic.topicName());
      if (answer == null) {
        continue;
      }
      try {
        described.put(topic, answer.get(10, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    return described;
  }

  private static Map<Topic, Config> settings(Admin admin, Collection<Topic> topics)
      throws ExecutionException, TimeoutException, InterruptedException {
    var resources = new HashMap<Topic, ConfigResource>();
    topics.forEach(
        topic ->
            resources.put(topic, new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName())));
    var answers = admin.describeConfigs(resources.values()).all().get(10, TimeUnit.SECONDS);
    var settings = new HashMap<Topic, Config>();
    resources.forEach(
        (topic, resource) -> {
          Config config = answers.get(resource);
          if (config != null) {
            settings.put(topic, config);
          }
        });
    return settings;
  }
}
