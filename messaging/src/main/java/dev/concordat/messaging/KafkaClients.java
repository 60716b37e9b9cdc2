package dev.concordat.messaging;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Clients of the one Kafka cluster of the suite, with what they have in common.
 *
 * <p>They connect again quickly and give up on a call after seconds: whoever calls has a better
 * idea of what to do meanwhile than a client that blocks for a minute.
 */
public final class KafkaClients {

  /** What Kafka's DirectoryConfigProvider takes the content of a file for. */
  private static final Pattern FROM_FOLDER = Pattern.compile("\\$\\{dir:([^:}]+):([^}]+)}");

  private final Map<String, Object> common;

  /**
   * @param connection {@code bootstrap.servers} and whatever else the cluster asks for (TLS, SASL)
   */
  public KafkaClients(Map<String, Object> connection) {
    common = new HashMap<>(connection);
    common.putIfAbsent("reconnect.backoff.ms", "100");
    common.putIfAbsent("reconnect.backoff.max.ms", "1000");
    common.putIfAbsent("socket.connection.setup.timeout.ms", "3000");
    common.putIfAbsent("socket.connection.setup.timeout.max.ms", "5000");
    common.putIfAbsent("metadata.recovery.strategy", "rebootstrap");
  }

  /** Where Kafka is looked for, to say so. */
  public String bootstrapServers() {
    return String.valueOf(common.get("bootstrap.servers"));
  }

  /**
   * A file that the settings name and that is not there, of which the client itself would say
   * little: a store of certificates, or a secret that it reads from a folder ({@code
   * ${dir:folder:file}}).
   */
  public Optional<Path> missingFile() {
    return common.entrySet().stream()
        .flatMap(it -> file(it.getKey(), String.valueOf(it.getValue())).stream())
        .filter(Files::notExists)
        .findFirst();
  }

  private static Optional<Path> file(String key, String value) {
    Matcher secret = FROM_FOLDER.matcher(value);
    if (secret.matches()) {
      return Optional.of(Path.of(secret.group(1), secret.group(2)));
    }
    return key.startsWith("ssl.") && key.endsWith(".location")
        ? Optional.of(Path.of(value))
        : Optional.empty();
  }

  /**
   * A consumer of committed records of partitions that it is given by hand: no group, no commits.
   */
  public KafkaConsumer<byte[], byte[]> reader() {
    return consumer(
        Map.of(
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000"));
  }

  /** A consumer of committed records with these settings beside the common ones. */
  public KafkaConsumer<byte[], byte[]> consumer(Map<String, String> settings) {
    var all = new HashMap<>(common);
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "5000");
    all.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
    all.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, "15000");
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    all.putAll(settings);
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** A producer that loses and doubles nothing of what it was given, while it is given time. */
  public KafkaProducer<byte[], byte[]> producer() {
    var all = new HashMap<>(common);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000");
    all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "3000");
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "4000");
    all.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, "8388608");
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * A producer for transactions.
   *
   * @param id its transactional id; another producer of the same id ends this one
   * @param timeout after which the broker aborts a transaction that was left open
   */
  public KafkaProducer<String, byte[]> transactionalProducer(String id, Duration timeout) {
    var all = new HashMap<>(common);
    all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    all.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Integer.toString((int) timeout.toMillis()));
    // The next transaction waits until the broker has ended the last one, which takes milliseconds;
    // by default it would ask again after a tenth of a second. It backs off from there.
    all.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, "2");
    all.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, "1000");
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");
    all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "3000");
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "4000");
    all.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, "16777216");
    return new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * An administration client; the caller closes it, also after a call that failed: it does not find
   * brokers that have all moved since.
   */
  public Admin admin() {
    var all = new HashMap<>(common);
    // To start over from the bootstrap servers it would not pause between attempts (4.1.2): while
    // Kafka is away, one thread of each service would do nothing else.
    all.put("metadata.recovery.strategy", "none");
    all.put("default.api.timeout.ms", "5000");
    all.put("request.timeout.ms", "4000");
    return Admin.create(all);
  }
}
