package dev.concordat.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.Event;
import dev.concordat.contracts.events.EventType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes and reads the suite's events on a cluster's Kafka, as a service that is not there would:
 * so that a test of one service needs no other.
 */
public final class SuiteEvents implements AutoCloseable {

  private final String bootstrap;
  private final KafkaProducer<String, byte[]> producer;

  public SuiteEvents(String bootstrap) {
    this.bootstrap = bootstrap;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "linger.ms", "2"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Writes an event under its key, and does not wait for Kafka; {@link #flush} does. */
  public void write(String key, Event data) {
    EventType type = EventType.of(data);
    byte[] body;
    try {
      body = Json.mapper().writeValueAsBytes(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record that can't be written", e);
    }
    var event = new ProducerRecord<>(type.topic().topicName(), key, body);
    Map.of(
            "ce_specversion",
            "1.0",
            "ce_id",
            UUID.randomUUID().toString(),
            "ce_source",
            "/concordat/laboratory",
            "ce_type",
            type.ceType(),
            "ce_subject",
            key,
            "ce_time",
            Instant.now().toString(),
            "content-type",
            "application/json")
        .forEach(
            (name, value) -> event.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    var _ = producer.send(event);
  }

  /** Waits until Kafka has everything that was written. */
  public void flush() {
    producer.flush();
  }

  /** Every event of a type that its topic has now, in the order of each partition. */
  public <T extends Event> List<T> all(Class<T> dataType) throws IOException {
    var topic =
        java.util.Arrays.stream(EventType.values())
            .filter(it -> it.dataClass() == dataType)
            .findFirst()
            .orElseThrow()
            .topic();
    var partitions =
        IntStream.range(0, topic.partitions())
            .mapToObj(it -> new TopicPartition(topic.topicName(), it))
            .toList();
    var found = new ArrayList<T>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(it -> consumer.position(it) < ends.getOrDefault(it, 0L))) {
        for (ConsumerRecord<String, byte[]> event : consumer.poll(Duration.ofMillis(500))) {
          if (event.value() != null) {
            found.add(Json.mapper().readValue(event.value(), dataType));
          }
        }
      }
    }
    return found;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
