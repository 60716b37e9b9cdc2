package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.concordat.suite.FirstJourney;
import dev.concordat.suite.LocalSuite;
import dev.concordat.suite.Options;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The journey against Apache Kafka's own image, where a container engine answers. */
class ContainerKafkaIT {

  private static final String IMAGE = System.getProperty("kafka.image", "apache/kafka:4.1.2");

  @Test
  void the_journey_passes_on_the_kafka_that_others_run(@TempDir Path state) throws Exception {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      skip("no container engine answers here");
    }
    try (var kafka =
        new KafkaContainer(
            DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("apache/kafka"))) {
      try {
        kafka.start();
      } catch (ContainerFetchException e) {
        skip("the image " + IMAGE + " can't be had here (-Dkafka.image names another)");
      }
      try (var suite =
          LocalSuite.start(
              Options.onFreePorts(state).onKafka(kafka.getBootstrapServers()), _ -> {})) {
        var journey = new FirstJourney(suite);
        journey.makeExchangeAcceptUs();
        journey.registerWorkload();
        journey.registerExchange("exchange");
        assertThat(journey.probe("exchange").path("outcome").asText()).isEqualTo("passed");
      }
    }
  }

  @SuppressWarnings("SystemOut") // so that whoever reads the build's output sees it
  private static void skip(String why) {
    System.out.println("SKIPPED ContainerKafkaIT: " + why);
    assumeTrue(false, why);
  }
}
