package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Opens the views of a service, and tells how they are. */
public final class Views implements AutoCloseable {

  private final KafkaClients clients;
  private final DeadLetters deadLetters;
  private final TopicCheck topicCheck;
  private final MeterRegistry metrics;
  private final ClockCheck clocks;
  private final List<TopicView<?>> views = new CopyOnWriteArrayList<>();

  public Views(
      KafkaClients clients,
      DeadLetters deadLetters,
      TopicCheck topicCheck,
      InstantSource clock,
      MeterRegistry metrics) {
    clocks = new ClockCheck(clock);
    this.clients = clients;
    this.deadLetters = deadLetters;
    this.topicCheck = topicCheck;
    this.metrics = metrics;
    topicCheck.onReplaced(this::topicChanged);
    Gauge.builder("concordat.clock.behind.seconds", clocks, ClockCheck::secondsBehind)
        .description("By how much this machine's clock is behind another service's; 0 up to 30 s")
        .register(metrics);
  }

  /** Whether this machine's clock agrees with the others'. */
  ClockCheck clocks() {
    return clocks;
  }

  /** Opens the view of a topic; it catches up in the background from now on. */
  public <T extends Event> CompactedView<T> open(Topic topic, Class<T> dataType) {
    return open(topic, dataType, List.of());
  }

  /** Opens the view of a topic with a listener that misses nothing, from the first record on. */
  public <T extends Event> CompactedView<T> open(
      Topic topic, Class<T> dataType, Consumer<Change<T>> listener) {
    return open(topic, dataType, List.of(listener));
  }

  private <T extends Event> CompactedView<T> open(
      Topic topic, Class<T> dataType, List<Consumer<Change<T>>> listeners) {
    if (!topic.compacted()) {
      throw new IllegalArgumentException(topic.topicName() + " is not compacted");
    }
    topicCheck.require(topic);
    var view = new TopicView<>(topic, dataType, clients, deadLetters, clocks);
    listeners.forEach(view::listen);
    views.add(view);
    var tags = Tags.of("topic", topic.topicName());
    Gauge.builder("concordat.view.keys", view, TopicView::size)
        .description("Keys that the view of a topic holds")
        .tags(tags)
        .register(metrics);
    Gauge.builder("concordat.view.lag", view, TopicView::lag)
        .description("Records on the topic that the view has not read; -1 while not known")
        .tags(tags)
        .register(metrics);
    // 48 bits: a double holds no more without rounding.
    Gauge.builder("concordat.view.checksum", view, it -> it.checksum() >>> 16)
        .description("Equal on replicas that have read the same state")
        .tags(tags)
        .register(metrics);
    Gauge.builder("concordat.view.degraded", view, Views::degraded)
        .description("1 while the topic was deleted, made anew or truncated under the view")
        .tags(tags)
        .register(metrics);
    view.start();
    return view;
  }

  /** The views that are open. */
  public List<CompactedView<?>> open() {
    return List.copyOf(views);
  }

  @Override
  public void close() {
    views.forEach(TopicView::close);
  }

  private void topicChanged(Topic topic, boolean madeAnew) {
    for (TopicView<?> view : views) {
      if (view.topic() == topic) {
        if (madeAnew) {
          view.topicWasReplaced(
              "the topic was deleted and made anew. Write its state again, or"
                  + " restart the service to accept what the topic holds now");
        } else {
          view.topicIsGone("the topic was deleted. Make it again, then write its state again");
        }
      }
    }
  }

  private static double degraded(TopicView<?> view) {
    return view.state() instanceof ViewState.Degraded ? 1 : 0;
  }
}
