package dev.concordat.messaging;

import com.fasterxml.jackson.core.JacksonException;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import dev.concordat.contracts.events.EventType;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.cloudevents.rw.CloudEventRWException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Events as Kafka records: CloudEvents 1.0, Kafka protocol binding, binary mode, JSON data, the
 * subject as key.
 */
public final class CloudEvents {

  private static final String TRACEPARENT = "traceparent";
  private static final JsonFormat STRUCTURED = new JsonFormat();

  private final URI source;
  private final InstantSource clock;

  /**
   * @param source what {@code ce_source} says of every event written: the service
   * @param clock what {@code ce_time} is taken from
   */
  public CloudEvents(URI source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  /** The record of an event on its topic. */
  public ProducerRecord<String, byte[]> record(
      String subject, Event data, @Nullable String traceparent) {
    return record(subject, data, traceparent, Map.of());
  }

  /** The record of an event on its topic, with further attributes. */
  public ProducerRecord<String, byte[]> record(
      String subject, Event data, @Nullable String traceparent, Map<String, String> extensions) {
    EventType type = EventType.of(data);
    CloudEvent event =
        begin(type.ceType(), subject, traceparent, extensions)
            .withData("application/json", bytes(data))
            .build();
    return write(type.topic(), subject, event);
  }

  /** The record that removes a key from a compacted topic, with attributes that say so. */
  public ProducerRecord<String, byte[]> tombstone(
      Topic topic,
      String subject,
      String type,
      @Nullable String traceparent,
      Map<String, String> extensions) {
    return write(topic, subject, begin(type, subject, traceparent, extensions).build());
  }

  /** The attributes of a record. */
  public static Envelope envelope(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecord {
    return envelopeOf(read(record));
  }

  /** The event in a record, with data of this type or none. */
  public static <T extends Event> Received<T> read(
      ConsumerRecord<byte[], byte[]> record, Class<T> dataType) throws UnreadableRecord {
    return read(record, read(record), dataType);
  }

  private static <T extends Event> Received<T> read(
      ConsumerRecord<byte[], byte[]> record, CloudEvent event, Class<T> dataType)
      throws UnreadableRecord {
    Envelope envelope = envelopeOf(event);
    CloudEventData data = event.getData();
    T value = null;
    if (data != null) {
      String expected = expectedType(dataType);
      if (!expected.equals(envelope.type())) {
        throw new UnreadableRecord(
            "its type is " + envelope.type() + ", and " + expected + " is expected here");
      }
      value = parse(data.toBytes(), dataType);
    }
    return new Received<>(
        key(record),
        envelope,
        value,
        new TopicPartition(record.topic(), record.partition()),
        record.offset());
  }

  /** Whether a record says that it is this event, without a look at its data. */
  public static boolean says(ConsumerRecord<byte[], byte[]> record, EventType type) {
    return type.ceType().equals(header(record.headers(), "ce_type"));
  }

  /** An attribute of the event in a record, without a look at its data. */
  public static Optional<String> attribute(ConsumerRecord<byte[], byte[]> record, String name) {
    return Optional.ofNullable(header(record.headers(), "ce_" + name));
  }

  /** The event in a record, whichever of ours it is. */
  public static Received<Event> readAny(ConsumerRecord<byte[], byte[]> record)
      throws UnreadableRecord {
    CloudEvent event = read(record);
    String type = event.getType();
    EventType known =
        EventType.ofCeType(type)
            .orElseThrow(() -> new UnreadableRecord("its type " + type + " is not known here"));
    Received<? extends Event> received = read(record, event, known.dataClass());
    return new Received<>(
        received.key(),
        received.envelope(),
        received.data(),
        received.partition(),
        received.offset());
  }

  /** The event in a record in the structured JSON format, as feeds carry it. */
  public static String structured(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecord {
    return new String(STRUCTURED.serialize(read(record)), StandardCharsets.UTF_8);
  }

  private static CloudEvent read(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecord {
    try {
      var message = KafkaMessageFactory.createReader(record.headers(), record.value());
      if (message.getEncoding() != Encoding.BINARY) {
        throw new UnreadableRecord("it is no CloudEvent in binary mode");
      }
      return message.toEvent();
    } catch (CloudEventRWException | IllegalArgumentException | IllegalStateException e) {
      throw new UnreadableRecord("it is no CloudEvent in binary mode");
    }
  }

  private static Envelope envelopeOf(CloudEvent event) {
    var extensions = new HashMap<String, String>();
    for (String name : event.getExtensionNames()) {
      Object value = event.getExtension(name);
      if (value != null && !name.equals(TRACEPARENT)) {
        extensions.put(name, value.toString());
      }
    }
    Object traceparent = event.getExtension(TRACEPARENT);
    OffsetDateTime time = event.getTime();
    String subject = event.getSubject();
    return new Envelope(
        event.getId(),
        event.getSource(),
        event.getType(),
        subject == null ? "" : subject,
        time == null ? Instant.EPOCH : time.toInstant(),
        traceparent == null ? null : traceparent.toString(),
        Map.copyOf(extensions));
  }

  private static String expectedType(Class<? extends Event> dataType) {
    for (EventType type : EventType.values()) {
      if (type.dataClass() == dataType) {
        return type.ceType();
      }
    }
    throw new IllegalArgumentException(dataType + " is no event of ours");
  }

  private static <T> T parse(byte[] json, Class<T> dataType) throws UnreadableRecord {
    try {
      T value = Json.mapper().readValue(json, dataType);
      if (value == null) {
        throw new UnreadableRecord("its data is null");
      }
      return value;
    } catch (JacksonException e) {
      // The location only: the message may quote the content.
      var location = e.getLocation();
      throw new UnreadableRecord(
          "its data is no "
              + dataType.getSimpleName()
              + (location == null
                  ? ""
                  : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecord {
    byte[] key = record.key();
    if (key == null) {
      throw new UnreadableRecord("it has no key");
    }
    return new String(key, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Event data) {
    try {
      return Json.mapper().writeValueAsBytes(data);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "an event that can't be written: " + data.getClass().getSimpleName(), e);
    }
  }

  private CloudEventBuilder begin(
      String type, String subject, @Nullable String traceparent, Map<String, String> extensions) {
    CloudEventBuilder builder =
        CloudEventBuilder.v1()
            .withId(UUID.randomUUID().toString())
            .withSource(source)
            .withType(type)
            .withSubject(subject)
            .withTime(clock.instant().atOffset(ZoneOffset.UTC));
    if (traceparent != null) {
      builder.withExtension(TRACEPARENT, traceparent);
    }
    extensions.forEach(builder::withExtension);
    return builder;
  }

  private static ProducerRecord<String, byte[]> write(
      Topic topic, String subject, CloudEvent event) {
    return KafkaMessageFactory.createWriter(topic.topicName(), subject).writeBinary(event);
  }

  /** The value of a text header, where there is one. */
  static @Nullable String header(Headers headers, String name) {
    var header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
