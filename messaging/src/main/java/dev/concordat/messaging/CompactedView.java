package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The state of a compacted topic in memory: the last event of each key. It goes on serving what it
 * knows when Kafka is away. All methods may be called from any thread.
 */
public interface CompactedView<T> {

  /** The topic that it follows. */
  Topic topic();

  /** The state of a key. */
  Optional<T> get(String key);

  /** A copy of every key's state at this moment. */
  Map<String, T> snapshot();

  /** How many keys have a state. */
  int size();

  /** Calls with every key's state, without copying; changes meanwhile may or may not be seen. */
  void forEach(BiConsumer<String, T> action);

  /** How far it can be trusted now. */
  ViewState state();

  /** Whether it has once had everything; from then on it serves, whatever happens to Kafka. */
  boolean hasCaughtUp();

  /** Waits until it has caught up. */
  void awaitCurrent(Duration atMost) throws TimeoutException, InterruptedException;

  /**
   * Waits until it has read past an offset, so that whoever wrote there reads what he wrote.
   *
   * @throws TimeoutException if it has not within this time
   */
  void awaitOffset(int partition, long offset, Duration atMost)
      throws TimeoutException, InterruptedException;

  /**
   * The keys that it still serves although the topic, deleted and made anew or truncated under it,
   * has not said anything of them; empty in every other case.
   */
  Set<String> unconfirmed();

  /** How often the topic became another one under it. */
  int replacements();

  /** The next offset that it will read of a partition; 0 before it has begun. */
  long position(int partition);

  /** The same number on every replica that has read the same state. */
  long checksum();

  /**
   * Has a listener called after each change, in order, on the view's own thread: it must be quick.
   * Closing what is returned ends it.
   */
  Subscription listen(Consumer<Change<T>> listener);

  /** A listener's registration. */
  @FunctionalInterface
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
