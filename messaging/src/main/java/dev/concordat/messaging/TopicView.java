package dev.concordat.messaging;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A view that reads its topic on a thread of its own: by assignment, from the start, no group. */
final class TopicView<T extends Event>
    implements CompactedView<T>, TopicReader.Work, AutoCloseable {

  private static final Logger LOG = Logger.getLogger(TopicView.class);

  /** From how many records on it is worth it to decode on several threads. */
  private static final int WORTH_SHARING = 100;

  private record Held<T>(T value, long hash) {}

  private sealed interface Decoded<T extends Event> {
    record Intact<T extends Event>(Received<T> received, long hash) implements Decoded<T> {}

    record Unreadable<T extends Event>(ConsumerRecord<byte[], byte[]> record, String reason)
        implements Decoded<T> {}
  }

  private final Topic topic;
  private final Class<T> dataType;
  private final DeadLetters deadLetters;
  private final ClockCheck clocks;
  private final List<TopicPartition> partitions;

  private final ConcurrentHashMap<String, Held<T>> state = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<Consumer<Change<T>>> listeners = new CopyOnWriteArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final long[] positions;
  private Map<TopicPartition, Long> targets = Map.of();
  private boolean caughtUp;
  private @Nullable String degraded;

  /** Whether the topic was made anew; the view is current again when it has said of every key. */
  private boolean replaced;

  private int replacements;

  /** Keys that the topic, made anew, has not said anything of. */
  private final Set<String> unconfirmed = new HashSet<>();

  private long sum;
  private volatile long checksum;
  private volatile long lag = -1;
  private volatile boolean startOver;
  private final TopicReader reader;

  TopicView(
      Topic topic,
      Class<T> dataType,
      KafkaClients clients,
      DeadLetters deadLetters,
      ClockCheck clocks) {
    this.clocks = clocks;
    this.topic = topic;
    this.dataType = dataType;
    this.deadLetters = deadLetters;
    partitions = TopicReader.partitionsOf(topic);
    positions = new long[topic.partitions()];
    reader = new TopicReader("view", topic, clients, this);
  }

  void start() {
    reader.start();
  }

  @Override
  public Topic topic() {
    return topic;
  }

  @Override
  public Optional<T> get(String key) {
    Held<T> held = state.get(key);
    return held == null ? Optional.empty() : Optional.of(held.value);
  }

  @Override
  public Map<String, T> snapshot() {
    var copy = HashMap.<String, T>newHashMap(state.size());
    state.forEach((key, held) -> copy.put(key, held.value));
    return copy;
  }

  @Override
  public int size() {
    return state.size();
  }

  @Override
  public void forEach(BiConsumer<String, T> action) {
    state.forEach((key, held) -> action.accept(key, held.value));
  }

  @Override
  public ViewState state() {
    lock.lock();
    try {
      String reason = degraded;
      if (reason != null) {
        return new ViewState.Degraded(reason);
      }
      if (caughtUp) {
        return new ViewState.Current();
      }
      if (targets.isEmpty()) {
        return new ViewState.CatchingUp(0, -1);
      }
      long read = 0;
      long toRead = 0;
      for (var target : targets.entrySet()) {
        read += Math.min(positions[target.getKey().partition()], target.getValue());
        toRead += target.getValue();
      }
      return new ViewState.CatchingUp(read, toRead);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean hasCaughtUp() {
    lock.lock();
    try {
      return caughtUp;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void awaitCurrent(Duration atMost) throws TimeoutException, InterruptedException {
    await(atMost, "catch up with", () -> caughtUp);
  }

  @Override
  public void awaitOffset(int partition, long offset, Duration atMost)
      throws TimeoutException, InterruptedException {
    await(atMost, "read offset " + offset + " of", () -> positions[partition] > offset);
  }

  private void await(Duration atMost, String what, BooleanSupplier reached)
      throws TimeoutException, InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (!reached.getAsBoolean()) {
        if (left <= 0) {
          throw new TimeoutException(
              "the view did not "
                  + what
                  + " "
                  + topic.topicName()
                  + " within "
                  + atMost.toMillis()
                  + " ms");
        }
        left = moved.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Set<String> unconfirmed() {
    lock.lock();
    try {
      return Set.copyOf(unconfirmed);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int replacements() {
    lock.lock();
    try {
      return replacements;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long position(int partition) {
    lock.lock();
    try {
      return positions[partition];
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long checksum() {
    return checksum;
  }

  /** Records on the topic that it has not read; -1 while that isn't known. */
  long lag() {
    return lag;
  }

  @Override
  public Subscription listen(Consumer<Change<T>> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Tells it that its topic is another one now, though its name is the same. */
  void topicWasReplaced(String reason) {
    degrade(reason);
    startOver = true;
    reader.wake();
  }

  /** Tells it that its topic is gone. */
  void topicIsGone(String reason) {
    degrade(reason);
  }

  private void degrade(String reason) {
    lock.lock();
    try {
      if (!reason.equals(degraded)) {
        LOG.errorf(
            "The view of %s is degraded and serves what it knows: %s", topic.topicName(), reason);
      }
      degraded = reason;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    reader.close();
  }

  @Override
  public void outOfRange() {
    topicWasReplaced(
        "its offsets went back, so the topic was truncated or made anew. Write its state again, or"
            + " restart the service to accept what the topic"
            + " holds now");
  }

  @Override
  public void begin(KafkaConsumer<byte[], byte[]> reading) {
    boolean fromStart;
    lock.lock();
    try {
      fromStart = targets.isEmpty();
    } finally {
      lock.unlock();
    }
    if (fromStart) {
      var ends = reading.endOffsets(partitions);
      var begins = reading.beginningOffsets(partitions);
      lock.lock();
      try {
        targets = Map.copyOf(ends);
        begins.forEach((partition, offset) -> positions[partition.partition()] = offset);
      } finally {
        lock.unlock();
      }
    }
    for (TopicPartition partition : partitions) {
      reading.seek(partition, position(partition.partition()));
    }
    noteProgress(reading);
  }

  private void startOver(KafkaConsumer<byte[], byte[]> reading) {
    var begins = reading.beginningOffsets(partitions);
    startOver = false;
    lock.lock();
    try {
      replaced = true;
      replacements++;
      unconfirmed.addAll(state.keySet());
      begins.forEach((partition, offset) -> positions[partition.partition()] = offset);
    } finally {
      lock.unlock();
    }
    begins.forEach(reading::seek);
  }

  @Override
  public void read(KafkaConsumer<byte[], byte[]> reading) {
    if (startOver) {
      startOver(reading);
    }
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    reading.poll(TopicReader.POLL).forEach(records::add);
    // Decoding is most of the work of catching up, and needs no order; applying does.
    var decoding = records.size() < WORTH_SHARING ? records.stream() : records.parallelStream();
    decoding.map(this::decode).toList().forEach(this::apply);
    noteProgress(reading);
  }

  private void noteProgress(KafkaConsumer<byte[], byte[]> reading) {
    long behind = 0;
    boolean known = true;
    lock.lock();
    try {
      for (TopicPartition partition : partitions) {
        // The position, not the last record's offset: transaction markers take offsets too.
        positions[partition.partition()] = reading.position(partition);
        var partitionLag = reading.currentLag(partition);
        if (partitionLag.isPresent()) {
          behind += partitionLag.getAsLong();
        } else {
          known = false;
        }
      }
      if (!caughtUp
          && !targets.isEmpty()
          && targets.entrySet().stream()
              .allMatch(it -> positions[it.getKey().partition()] >= it.getValue())) {
        caughtUp = true;
        LOG.infof("The view of %s is current: %d keys", topic.topicName(), state.size());
      }
      if (replaced && !startOver && unconfirmed.isEmpty()) {
        replaced = false;
        degraded = null;
        LOG.infof("The view of %s is current again", topic.topicName());
      }
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    lag = known ? behind : -1;
  }

  private Decoded<T> decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      var received = CloudEvents.read(record, dataType);
      return new Decoded.Intact<>(received, received.data() == null ? 0 : hash(record));
    } catch (UnreadableRecord e) {
      return new Decoded.Unreadable<>(record, e.reason());
    }
  }

  private void apply(Decoded<T> decoded) {
    switch (decoded) {
      case Decoded.Intact<T>(var received, long hash) -> apply(received, hash);
      case Decoded.Unreadable<T>(var record, String reason) -> deadLetters.send(record, reason);
    }
  }

  private void apply(Received<T> received, long hash) {
    clocks.saw(received.envelope());
    String key = received.key();
    T data = received.data();
    Held<T> before;
    if (data == null) {
      before = state.remove(key);
    } else {
      before = state.put(key, new Held<>(data, hash));
    }
    sum = sum + hashOf(state.get(key)) - hashOf(before);
    checksum = sum;
    boolean replayed;
    lock.lock();
    try {
      unconfirmed.remove(key);
      replayed = !caughtUp;
    } finally {
      lock.unlock();
    }
    var change =
        new Change<>(
            key, before == null ? null : before.value, data, received.envelope(), replayed);
    for (Consumer<Change<T>> listener : listeners) {
      try {
        listener.accept(change);
      } catch (RuntimeException e) {
        LOG.errorf(e, "A listener of %s failed on the key %s", topic.topicName(), key);
      }
    }
  }

  private static long hashOf(@Nullable Held<?> held) {
    return held == null ? 0 : held.hash;
  }

  private static long hash(ConsumerRecord<byte[], byte[]> record) {
    var crc = new CRC32C();
    crc.update(record.key());
    long key = crc.getValue();
    crc.update(record.value());
    // Spread, so that sums of two states are as different as the states.
    return ((key << 32) | crc.getValue()) * 0x9E3779B97F4A7C15L;
  }
}
