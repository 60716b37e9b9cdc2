package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Gives a replica its share of work that is divided by the partitions of a topic. */
public final class WorkShares implements AutoCloseable {

  private final KafkaClients clients;
  private final DeadLetters deadLetters;
  private final TopicCheck topicCheck;
  private final Duration sessionTimeout;
  private final List<GroupShare> shares = new CopyOnWriteArrayList<>();

  /**
   * @param sessionTimeout how long a silent replica keeps its share
   */
  public WorkShares(
      KafkaClients clients,
      DeadLetters deadLetters,
      TopicCheck topicCheck,
      Duration sessionTimeout) {
    this.clients = clients;
    this.deadLetters = deadLetters;
    this.topicCheck = topicCheck;
    this.sessionTimeout = sessionTimeout;
  }

  /** Joins a group for the sake of the partitions alone; nothing is read. */
  public WorkShare join(Topic topic, String group) {
    return join(topic, group, (Consumer<ConsumerRecord<byte[], byte[]>>) null);
  }

  /**
   * Joins a group and has its events handled where their key's work is. The handler is called on
   * the share's thread and must be quick; events written while no replica was there are handled
   * later, a few perhaps twice.
   */
  public <T extends Event> WorkShare join(
      Topic topic, String group, Class<T> dataType, Consumer<Received<T>> handler) {
    return join(
        topic,
        group,
        record -> {
          try {
            handler.accept(CloudEvents.read(record, dataType));
          } catch (UnreadableRecord e) {
            deadLetters.send(record, e.reason());
          }
        });
  }

  private WorkShare join(
      Topic topic, String group, @Nullable Consumer<ConsumerRecord<byte[], byte[]>> handler) {
    topicCheck.require(topic);
    var share = new GroupShare(topic, group, sessionTimeout, clients, handler);
    shares.add(share);
    share.start();
    return share;
  }

  @Override
  public void close() {
    shares.forEach(GroupShare::close);
  }
}
