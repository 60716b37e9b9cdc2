package dev.concordat.probe.running;

import dev.concordat.contracts.Topic;
import dev.concordat.messaging.Change;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.ViewState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A view that never changes. */
record FixedView<T>(Topic topic, Map<String, T> snapshot) implements CompactedView<T> {

  @Override
  public Set<String> unconfirmed() {
    return Set.of();
  }

  @Override
  public int replacements() {
    return 0;
  }

  @Override
  public Optional<T> get(String key) {
    return Optional.ofNullable(snapshot.get(key));
  }

  @Override
  public int size() {
    return snapshot.size();
  }

  @Override
  public void forEach(BiConsumer<String, T> action) {
    snapshot.forEach(action);
  }

  @Override
  public ViewState state() {
    return new ViewState.Current();
  }

  @Override
  public boolean hasCaughtUp() {
    return true;
  }

  @Override
  public void awaitCurrent(Duration atMost) {}

  @Override
  public void awaitOffset(int partition, long offset, Duration atMost) {}

  @Override
  public long position(int partition) {
    return 0;
  }

  @Override
  public long checksum() {
    return 0;
  }

  @Override
  public Subscription listen(Consumer<Change<T>> listener) {
    return () -> {};
  }
}
