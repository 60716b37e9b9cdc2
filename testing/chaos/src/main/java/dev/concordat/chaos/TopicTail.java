package dev.concordat.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.EventType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads every topic as it grows, so that nothing is missed that a broker compacts later, and writes
 * into the history what is on it.
 */
final class TopicTail implements AutoCloseable {

  private static final Set<String> TOMBSTONES =
      Set.of(EventType.PARTNER_REMOVED, EventType.SIGNING_KEY_PRUNED);
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final History history;
  private final Map<EventType, JsonSchema> schemas = new EnumMap<>(EventType.class);
  private final Thread thread;
  private volatile boolean ended;
  private volatile boolean atEnd;
  private volatile boolean endWanted;

  TopicTail(String bootstrap, History history) {
    this.history = history;
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "isolation.level",
                "read_committed",
                "reconnect.backoff.max.ms",
                "500",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Arrays.stream(Topic.values())
            .flatMap(
                topic ->
                    IntStream.range(0, topic.partitions())
                        .mapToObj(it -> new TopicPartition(topic.topicName(), it)))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread = Thread.ofPlatform().daemon().name("topic-tail").start(() -> follow(partitions));
  }

  private void follow(List<TopicPartition> partitions) {
    while (!ended) {
      try {
        var records = consumer.poll(Duration.ofMillis(200));
        records.forEach(this::note);
        if (endWanted && records.isEmpty()) {
          var ends = consumer.endOffsets(partitions, Duration.ofSeconds(5));
          atEnd =
              partitions.stream()
                  .allMatch(it -> consumer.position(it) >= ends.getOrDefault(it, 0L));
        }
      } catch (WakeupException e) {
        return;
      } catch (KafkaException away) {
        // All brokers may be away; they come back.
      }
    }
  }

  /** Waits until everything that is on the topics now has been read; whether it was. */
  boolean awaitEnd(Duration patience) throws InterruptedException {
    atEnd = false;
    endWanted = true;
    long deadline = System.nanoTime() + patience.toNanos();
    while (!atEnd && System.nanoTime() < deadline) {
      Thread.sleep(100);
    }
    return atEnd;
  }

  private void note(ConsumerRecord<byte[], byte[]> record) {
    long at = history.now();
    if (record.topic().equals(Topic.DEAD_LETTERS.topicName())) {
      history.add(
          new Entry.PutAside(
              at,
              header(record, "concordat_service"),
              header(record, "concordat_topic"),
              Integer.parseInt(header(record, "concordat_partition")),
              Long.parseLong(header(record, "concordat_offset"))));
      return;
    }
    String type = header(record, "ce_type");
    JsonNode data = null;
    String wrong;
    try {
      data = record.value() == null ? null : Json.mapper().readTree(record.value());
      wrong = wrong(record, type, data);
    } catch (IOException e) {
      wrong = "it is no JSON";
    }
    history.add(
        new Entry.SeenEvent(at, record.topic(), record.partition(), record.offset(), type, wrong));
    if (!wrong.isEmpty()) {
      return;
    }
    if (record.topic().equals(Topic.PARTNERS.topicName())) {
      long revision =
          data == null
              ? Long.parseLong(header(record, "ce_revision"))
              : data.path("revision").asLong();
      history.add(
          new Entry.PartnerRecord(
              at,
              record.offset(),
              new String(record.key(), StandardCharsets.UTF_8),
              revision,
              data == null));
    } else if (record.topic().equals(Topic.PROBES.topicName())
        && data != null
        && data.path("trigger").asText().equals("schedule")) {
      // Not by the prober's clock: that may have jumped.
      history.add(
          new Entry.Probed(
              at,
              data.path("sipAddress").asText(),
              at - data.path("duration").asLong(),
              data.path("outcome").asText()));
    }
  }

  private String wrong(
      ConsumerRecord<byte[], byte[]> record,
      String type,
      @org.jspecify.annotations.Nullable JsonNode data) {
    if (record.key() == null
        || !header(record, "ce_specversion").equals("1.0")
        || header(record, "ce_id").isEmpty()
        || !header(record, "ce_source").startsWith("/concordat/")
        || !header(record, "ce_subject").equals(new String(record.key(), StandardCharsets.UTF_8))) {
      return "it lacks attributes of a CloudEvent, or its key is not its subject";
    }
    try {
      var _ = Instant.parse(header(record, "ce_time"));
    } catch (DateTimeParseException e) {
      return "its time is none";
    }
    if (data == null) {
      return TOMBSTONES.contains(type) || type.endsWith("MetadataRemoved.v1")
          ? ""
          : "it has no data";
    }
    Optional<EventType> known = EventType.ofCeType(type);
    if (known.isEmpty() || !known.get().topic().topicName().equals(record.topic())) {
      return "its type does not belong here";
    }
    var messages = schema(known.get()).validate(data);
    return messages.isEmpty() ? "" : messages.iterator().next().getMessage();
  }

  private JsonSchema schema(EventType type) {
    return schemas.computeIfAbsent(
        type,
        it ->
            SCHEMAS.getSchema(SchemaLocation.of("classpath:" + it.schemaResource().substring(1))));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? ""
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    ended = true;
    consumer.wakeup();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) {
      consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(5)));
    }
  }
}
