package dev.concordat.deploy.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.Topic;
import dev.concordat.deploy.SuiteCalls;
import dev.concordat.deploy.chart.ChartSettings;
import dev.concordat.deploy.monitoring.Queries;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.testing.kafka.AccessControl;
import dev.concordat.testing.kafka.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each service under its own Kafka user, with the ACLs of {@code deploy/strimzi/users.yaml} and the
 * settings that the chart renders, on a broker that asks: what a service needs works, what it must
 * not do is refused.
 */
class AccessControlIT {

  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ResourceType TRANSACTIONS = ResourceType.TRANSACTIONAL_ID;

  @TempDir static Path folder;

  /** Held, so that their level is not forgotten with them. */
  private static final List<Logger> KAFKA_LOGS =
      List.of(Logger.getLogger("kafka"), Logger.getLogger("org.apache.kafka"));

  private static AccessControl access;
  private static KafkaBroker broker;
  private static ServiceCluster cluster;
  private static SuiteCalls calls;

  @BeforeAll
  static void startEverything() throws Exception {
    // Broker and clients tell of each refusal, of which there are a hundred here.
    KAFKA_LOGS.forEach(it -> it.setLevel(Level.OFF));
    access = accessControl();
    broker = KafkaBroker.start(access);
    broker.createTopics(Topic.values());
    try (Admin admin = broker.admin()) {
      admin.createAcls(KafkaUsers.read().rules()).all().get(30, TimeUnit.SECONDS);
    }
    cluster =
        ServiceCluster.prepare(
            folder.resolve("suite"),
            0,
            installed(Part.TRUST_REGISTRY),
            installed(Part.METADATA_SERVICE),
            installed(Part.TOKEN_SERVICE),
            installed(Part.PROBE_SERVICE),
            Replicas.of(Part.PARTNER_SIMULATOR, 1, FLAGS),
            installed(Part.TRUST_REGISTRY, "stranger", "password-of-nobody"),
            withoutLogin(Part.TRUST_REGISTRY),
            withoutLogin(Part.PROBE_SERVICE));
    calls = new SuiteCalls(cluster);
    for (var replica : knownToKafka()) {
      replica.start();
    }
    for (var replica : knownToKafka()) {
      if (replica != calls.first(Part.PARTNER_SIMULATOR)) {
        replica.awaitReady();
      }
    }
    stranger().start();
    for (var replica : withoutLogin()) {
      replica.start();
    }
  }

  @AfterAll
  static void stopEverything() {
    if (cluster != null) {
      cluster.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void theWholeJourneyWorksAndEachServiceJoinsItsOwnGroup() throws Exception {
    journey();

    try (Admin admin = broker.admin()) {
      var groups =
          admin.listGroups().all().get(10, TimeUnit.SECONDS).stream()
              .map(GroupListing::groupId)
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(groups)
          .as("the groups that have rules are those that are joined")
          .isEqualTo(
              KafkaUsers.read().names().stream()
                  .flatMap(it -> KafkaUsers.read().allowed(it, ResourceType.GROUP).stream())
                  .map(AccessControlIT::name)
                  .collect(Collectors.toCollection(TreeSet::new)));
      assertThat(groups).contains(ChartSettings.consumerGroupThatKedaWatches());
    }
    for (var replica : knownToKafka()) {
      assertThat(replica.lastLines(10_000))
          .as(replica.name())
          .noneMatch(it -> it.contains("AuthorizationException") || it.contains("Not authorized"));
    }
  }

  @Test
  void everyMetricThatAlertsAndDashboardsAskForIsExposed() throws Exception {
    journey();
    // A partner that can't be reached is what some metrics are about.
    calls.put(
        calls.first(Part.TRUST_REGISTRY).url(),
        "nowhere",
        Map.of("kind", "exchange", "trust", Map.of("metadataUrl", "https://127.0.0.1:1/nowhere")));
    // And a token that is presented to us.
    calls.get(calls.first(Part.TOKEN_SERVICE).url().resolve("/authorize"));

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Queries.unknown(exposed()))
                    // Nothing has come in the way of a scheduled probe here.
                    .allMatch(it -> it.startsWith("concordat_probe_turns_skipped_total")));
  }

  private static Set<String> exposed() throws IOException, InterruptedException {
    var names = new TreeSet<String>();
    for (Part part : Part.values()) {
      if (part.isService()) {
        calls
            .get(calls.first(part).managementUrl().resolve("/q/metrics"))
            .body()
            .lines()
            .filter(it -> !it.startsWith("#"))
            .forEach(it -> names.add(it.replaceFirst("[{ ].*", "")));
      }
    }
    return names;
  }

  /** A replica with a password that Kafka does not know. */
  private static ServiceCluster.Replica stranger() {
    return cluster.replicas(Part.TRUST_REGISTRY).get(1);
  }

  /** Those whose Secret has no login for Kafka. */
  private static List<ServiceCluster.Replica> withoutLogin() {
    return List.of(
        cluster.replicas(Part.TRUST_REGISTRY).getLast(),
        cluster.replicas(Part.PROBE_SERVICE).getLast());
  }

  private static List<ServiceCluster.Replica> knownToKafka() {
    return cluster.replicas().stream()
        .filter(it -> it != stranger() && !withoutLogin().contains(it))
        .toList();
  }

  @Test
  void aServiceThatKafkaDoesNotKnowStaysUnreadyAndSaysSoOnce() {
    staysUnreadyAndSaysOnce(stranger(), "refuses this service's user");
  }

  @Test
  void aServiceWhoseLoginIsMissingStaysUnreadyAndNamesTheFileOnce() {
    for (var replica : withoutLogin()) {
      staysUnreadyAndSaysOnce(replica, "kafka-user/sasl.jaas.config is not there");
    }
  }

  private static void staysUnreadyAndSaysOnce(ServiceCluster.Replica replica, String what) {
    var health = replica.managementUrl().resolve("/q/health/ready");

    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(calls.get(health).body()).contains(what));
    assertThat(replica.lastLines(10_000).stream().filter(it -> it.contains(what)))
        .as(replica.name())
        .hasSize(1);
    assertThat(replica.isAlive()).isTrue();
  }

  /** As an admin goes it: partners on both sides, a token, a probe that passes. */
  private static void journey() throws IOException, InterruptedException {
    await().atMost(PATIENCE).until(() -> calls.makeExchangeAcceptUs().statusCode() / 100 == 2);
    assertThat(calls.registerWorkload().statusCode()).isIn(200, 201);
    assertThat(calls.registerExchange().statusCode()).isIn(200, 201);
    var tokens = calls.first(Part.TOKEN_SERVICE).url();
    await().atMost(PATIENCE).until(() -> calls.token(tokens).statusCode() == 200);

    var result = calls.probe();

    assertThat(SuiteCalls.json(result).path("outcome").asText())
        .as(result.body())
        .isEqualTo("passed");
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void onlyItsWritersCanWriteATopic(Topic topic) {
    for (String user : KafkaUsers.read().names()) {
      boolean may =
          KafkaUsers.read()
              .allowed(user, ResourceType.TOPIC)
              .contains("WRITE " + topic.topicName());
      if (may) {
        continue;
      }
      try (var producer =
          new KafkaProducer<>(client(user), new ByteArraySerializer(), new ByteArraySerializer())) {
        var refused = producer.send(new ProducerRecord<>(topic.topicName(), new byte[] {1}));

        assertThatThrownBy(() -> refused.get(20, TimeUnit.SECONDS))
            .as("%s writes %s", user, topic.topicName())
            .hasCauseInstanceOf(AuthorizationException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void onlyItsReadersCanReadATopic(Topic topic) {
    for (String user : KafkaUsers.read().names()) {
      boolean may =
          KafkaUsers.read().allowed(user, ResourceType.TOPIC).contains("READ " + topic.topicName());
      if (may) {
        continue;
      }
      try (var consumer =
          new KafkaConsumer<>(
              client(user), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer.assign(List.of(new TopicPartition(topic.topicName(), 0)));

        assertThatThrownBy(
                () -> {
                  consumer.seekToBeginning(consumer.assignment());
                  // The first answer may be that of the metadata alone.
                  for (int i = 0; i < 20; i++) {
                    consumer.poll(Duration.ofSeconds(1));
                  }
                })
            .as("%s reads %s", user, topic.topicName())
            .isInstanceOf(AuthorizationException.class);
      }
    }
  }

  @Test
  void noServiceCanMakeOrDeleteATopicOrGiveItselfRights() {
    for (String user : KafkaUsers.read().names()) {
      try (Admin admin = Admin.create(client(user))) {
        assertThatThrownBy(
                () ->
                    admin
                        .createTopics(List.of(new NewTopic("other", 1, (short) 1)))
                        .all()
                        .get(20, TimeUnit.SECONDS))
            .hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(
                () ->
                    admin
                        .deleteTopics(List.of(Topic.PARTNERS.topicName()))
                        .all()
                        .get(20, TimeUnit.SECONDS))
            .hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(
                () -> admin.createAcls(KafkaUsers.read().rules()).all().get(20, TimeUnit.SECONDS))
            .hasCauseInstanceOf(AuthorizationException.class);
      }
    }
  }

  @Test
  void noServiceCanJoinTheGroupOfAnother() {
    var users = KafkaUsers.read();
    Set<String> groups =
        users.names().stream()
            .flatMap(it -> users.allowed(it, ResourceType.GROUP).stream())
            .map(AccessControlIT::name)
            .collect(Collectors.toSet());
    for (String user : users.names()) {
      for (String group : groups) {
        if (users.allowed(user, ResourceType.GROUP).contains("READ " + group)) {
          continue;
        }
        var settings = client(user);
        settings.put("group.id", group);
        try (var consumer =
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
          consumer.subscribe(List.of(Topic.PARTNERS.topicName()));

          assertThatThrownBy(() -> consumer.poll(PATIENCE))
              .as("%s joins %s", user, group)
              .isInstanceOf(AuthorizationException.class);
        }
      }
    }
  }

  @Test
  void onlyTheRegistryCanDecideInItsName() {
    var users = KafkaUsers.read();
    String id = name(users.allowed("concordat-trust-registry", TRANSACTIONS).getFirst());
    for (String user : users.names()) {
      if (users.allowed(user, TRANSACTIONS).contains("WRITE " + id)) {
        continue;
      }
      var settings = client(user);
      settings.put("transactional.id", id);
      try (var producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
        assertThatThrownBy(producer::initTransactions)
            .as(user)
            .isInstanceOf(AuthorizationException.class);
      }
    }
  }

  /** The resource of an operation: {@code READ concordat.partners} is about the latter. */
  private static String name(String allowed) {
    return allowed.substring(allowed.indexOf(' ') + 1);
  }

  /** A service with the chart's own settings, its mounts in a folder here. */
  private static Replicas installed(Part part) throws IOException {
    return installed(part, part.partName(), "password-of-concordat-" + part.partName());
  }

  private static Replicas installed(Part part, String mounted, String password) throws IOException {
    Path mounts = Files.createDirectories(folder.resolve("etc/" + mounted));
    Files.createDirectories(mounts.resolve("kafka-ca"));
    Files.createDirectories(mounts.resolve("kafka-user"));
    Files.copy(access.authority(), mounts.resolve("kafka-ca/ca.crt"));
    Files.writeString(
        mounts.resolve("kafka-user/sasl.jaas.config"),
        AccessControl.login("concordat-" + part.partName(), password));
    Path settings = mounts.resolve("application.properties");
    Files.writeString(
        settings,
        ChartSettings.of(part.partName(), "kafka")
            .replaceAll("(?m)^kafka\\.bootstrap.*\\n", "")
            .replace("/etc/concordat", mounts.toString()));
    return Replicas.of(part, 1, FLAGS)
        .with("smallrye.config.locations", settings.toString())
        .with("kafka.bootstrap.servers", broker.bootstrapServers());
  }

  private static Replicas withoutLogin(Part part) throws IOException {
    String mounted = part.partName() + "-without-login";
    Replicas replicas = installed(part, mounted, "none");
    Files.delete(folder.resolve("etc").resolve(mounted).resolve("kafka-user/sasl.jaas.config"));
    return replicas;
  }

  private static Map<String, Object> client(String user) {
    var client = new HashMap<>(access.client(user));
    client.put("bootstrap.servers", broker.bootstrapServers());
    return client;
  }

  private static AccessControl accessControl()
      throws IOException, InterruptedException, ExecutionException {
    Path keyStore = folder.resolve("broker.p12");
    Path authority = folder.resolve("broker.crt");
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-validity",
        "30",
        "-dname",
        "CN=broker",
        "-ext",
        "san=ip:127.0.0.1",
        "-ext",
        "bc:c",
        "-storetype",
        "PKCS12",
        "-keystore",
        keyStore.toString(),
        "-storepass",
        "not-a-secret");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "broker",
        "-keystore",
        keyStore.toString(),
        "-storepass",
        "not-a-secret",
        "-file",
        authority.toString());
    var passwords = new HashMap<String, String>();
    passwords.put(AccessControl.ADMIN, "admin-password");
    KafkaUsers.read().names().forEach(it -> passwords.put(it, "password-of-" + it));
    return new AccessControl(keyStore, "not-a-secret", authority, passwords);
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).as("keytool").isZero();
  }
}
