package dev.concordat.testing.kafka;

import dev.concordat.contracts.Topic;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes the topics, one copy of each, at the Kafka that it is given ({@code HOST:PORT}), and ends;
 * those that exist stay. For laboratories without an operator.
 */
public final class TopicsProcess {

  private static final long PATIENCE_SECONDS = 120;

  private TopicsProcess() {}

  @SuppressWarnings("SystemOut") // what a process says to whoever started it
  public static void main(String[] arguments) throws InterruptedException {
    BrokerProcess.quietLogs();
    if (arguments.length != 1) {
      System.err.println("usage: HOST:PORT");
      System.exit(2);
    }
    var topics =
        Arrays.stream(Topic.values())
            .map(
                it ->
                    new NewTopic(it.topicName(), it.partitions(), (short) 1).configs(it.settings()))
            .toList();
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                arguments[0],
                // Else it asks without a pause while Kafka is not there, and keeps Kafka from
                // starting.
                "metadata.recovery.strategy",
                "none",
                "default.api.timeout.ms",
                Long.toString(PATIENCE_SECONDS * 1000)))) {
      for (var made : admin.createTopics(topics).values().values()) {
        try {
          made.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw e;
          }
        }
      }
      System.out.println(topics.size() + " topics are there");
    } catch (ExecutionException | TimeoutException e) {
      System.err.println("Kafka at " + arguments[0] + " makes no topics: " + e.getMessage());
      System.exit(1);
    }
  }
}
