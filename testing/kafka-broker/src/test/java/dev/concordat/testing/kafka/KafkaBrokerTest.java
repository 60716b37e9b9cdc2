package dev.concordat.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.contracts.Topic;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerTest {

  @Test
  void the_topics_have_the_shape_that_contracts_gives_them() throws Exception {
    try (var broker = KafkaBroker.start()) {
      broker.createTopics(Topic.values());
      broker.createTopics(Topic.values());

      try (var admin = broker.admin()) {
        var described =
            admin
                .describeTopics(List.of("concordat.metadata"))
                .allTopicNames()
                .get(10, TimeUnit.SECONDS);
        assertThat(described.get("concordat.metadata").partitions()).hasSize(6);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, "concordat.metadata");
        var settings = admin.describeConfigs(List.of(resource)).all().get(10, TimeUnit.SECONDS);
        assertThat(settings.get(resource).get("cleanup.policy").value()).isEqualTo("compact");
      }
    }
  }

  @Test
  void what_was_written_is_there_after_it_was_stopped_and_started_again() throws Exception {
    try (var broker = KafkaBroker.start()) {
      broker.createTopics(Topic.PARTNERS);
      try (var producer = producer(broker)) {
        producer
            .send(new ProducerRecord<>("concordat.partners", "a", "1"))
            .get(10, TimeUnit.SECONDS);
      }

      broker.stop();
      broker.startAgain();

      try (var consumer = consumer(broker)) {
        var partition = new TopicPartition("concordat.partners", 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        assertThat(consumer.poll(Duration.ofSeconds(10)).records(partition))
            .singleElement()
            .satisfies(record -> assertThat(record.value()).isEqualTo("1"));
      }
    }
  }

  @Test
  void a_taken_port_is_named_and_ends_nothing(@TempDir Path directory) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> KafkaBroker.start(taken.getLocalPort(), 1, directory))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " is taken");
    }
  }

  private static KafkaProducer<String, String> producer(KafkaBroker broker) {
    var settings = new Properties();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  private static KafkaConsumer<String, String> consumer(KafkaBroker broker) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        new StringDeserializer(),
        new StringDeserializer());
  }
}
