package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Where records go that can't be read: {@code concordat.dead-letters}, with key, value and headers
 * as they were and the headers {@code concordat_reason}, {@code concordat_topic}, {@code
 * concordat_partition}, {@code concordat_offset} and {@code concordat_service} beside them.
 *
 * <p>A view meets the same record again after each restart, so topic, partition and offset, not the
 * count of letters, say how many there are.
 */
public final class DeadLetters {

  private static final Logger LOG = Logger.getLogger(DeadLetters.class);

  private final EventPublisher publisher;
  private final String service;
  private final Counter sent;

  public DeadLetters(EventPublisher publisher, String service, MeterRegistry metrics) {
    this.publisher = publisher;
    this.service = service;
    sent =
        Counter.builder("concordat.dead.letters")
            .description("Records that could not be read")
            .register(metrics);
  }

  /**
   * Puts a record aside.
   *
   * @param reason why it could not be read, without its content
   */
  public void send(ConsumerRecord<byte[], byte[]> record, String reason) {
    sent.increment();
    LOG.warnf(
        "The record at %s-%d offset %d was put on %s: %s",
        record.topic(),
        record.partition(),
        record.offset(),
        Topic.DEAD_LETTERS.topicName(),
        reason);
    var letter =
        new ProducerRecord<byte[], byte[]>(
            Topic.DEAD_LETTERS.topicName(), null, null, record.key(), record.value());
    record.headers().forEach(letter.headers()::add);
    add(letter, "reason", reason);
    add(letter, "topic", record.topic());
    add(letter, "partition", Integer.toString(record.partition()));
    add(letter, "offset", Long.toString(record.offset()));
    add(letter, "service", service);
    var _ = publisher.publishRaw(letter);
  }

  private static void add(ProducerRecord<byte[], byte[]> letter, String name, String value) {
    letter.headers().add("concordat_" + name, value.getBytes(StandardCharsets.UTF_8));
  }
}
