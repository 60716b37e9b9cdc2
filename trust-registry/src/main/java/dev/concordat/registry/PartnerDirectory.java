package dev.concordat.registry;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.messaging.Change;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.Envelope;
import dev.concordat.messaging.Views;
import dev.concordat.registry.rules.Partners;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Every partner application as this replica has read it from Kafka, in the order of names. May be
 * read from any thread.
 */
public final class PartnerDirectory {

  /** The attribute of a tombstone that tells the registry's revision after the removal. */
  public static final String REVISION = "revision";

  /** The attribute of a tombstone that tells who asked for the removal. */
  public static final String CHANGED_BY = "changedby";

  private final ConcurrentSkipListMap<String, PartnerRegistered> byName =
      new ConcurrentSkipListMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  private long revision;
  private final Map<PartnerKind, AtomicInteger> enabled = noneOfEachKind();
  private final Map<PartnerKind, AtomicInteger> disabled = noneOfEachKind();
  private final CompactedView<PartnerRegistered> view;

  public PartnerDirectory(Views views) {
    view = views.open(Topic.PARTNERS, PartnerRegistered.class, this::changed);
  }

  private void changed(Change<PartnerRegistered> change) {
    PartnerRegistered after = change.after();
    String name = Partners.folded(change.key());
    long at;
    if (after == null) {
      count(byName.remove(name), -1);
      at = revisionOf(change.envelope());
    } else {
      count(byName.put(name, after), -1);
      count(after, 1);
      at = after.revision();
    }
    lock.lock();
    try {
      revision = Math.max(revision, at);
      advanced.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The registry's revision that a tombstone tells; 0 where it tells none. */
  static long revisionOf(Envelope tombstone) {
    try {
      return Long.parseLong(tombstone.extensions().getOrDefault(REVISION, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The partner of this name, whatever its case. */
  public Optional<PartnerRegistered> named(String name) {
    return Optional.ofNullable(byName.get(Partners.folded(name)));
  }

  /** Up to so many partners that match, in the order of names, behind one of them. */
  public List<PartnerRegistered> page(
      @Nullable String behind, int most, Predicate<PartnerRegistered> matching) {
    var rest = behind == null ? byName : byName.tailMap(Partners.folded(behind), false);
    return rest.values().stream().filter(matching).limit(most).toList();
  }

  /** The registry's revision as far as this replica has read it. */
  public long revision() {
    lock.lock();
    try {
      return revision;
    } finally {
      lock.unlock();
    }
  }

  /** How many partners there are. */
  public int size() {
    return byName.size();
  }

  /** How many partners of a kind are, or are not, enabled. */
  public int count(PartnerKind kind, boolean whetherEnabled) {
    return counter(kind, whetherEnabled).get();
  }

  private void count(@Nullable PartnerRegistered partner, int more) {
    if (partner != null) {
      counter(partner.kind(), partner.enabled()).addAndGet(more);
    }
  }

  private AtomicInteger counter(PartnerKind kind, boolean whetherEnabled) {
    return Objects.requireNonNull((whetherEnabled ? enabled : disabled).get(kind));
  }

  private static Map<PartnerKind, AtomicInteger> noneOfEachKind() {
    var none = new EnumMap<PartnerKind, AtomicInteger>(PartnerKind.class);
    for (PartnerKind kind : PartnerKind.values()) {
      none.put(kind, new AtomicInteger());
    }
    return none;
  }

  /** Waits until this replica has read a revision, so that a read after a write sees it. */
  public void awaitRevision(long awaited, Duration atMost)
      throws TimeoutException, InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (revision < awaited) {
        if (left <= 0) {
          throw new TimeoutException("revision " + awaited + " was not read in time");
        }
        left = advanced.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until this replica has read the partners topic up to an offset. */
  public void awaitEnd(long endOffset, Duration atMost)
      throws TimeoutException, InterruptedException {
    view.awaitCurrent(atMost);
    if (endOffset > 0) {
      view.awaitOffset(0, endOffset - 1, atMost);
    }
  }

  /** A copy of the registry, as far as this replica has read it. */
  public Partners partners() {
    return partners(0);
  }

  /**
   * A copy of the registry, as far as this replica has read it, at this revision or a later one.
   */
  public Partners partners(long least) {
    long at;
    lock.lock();
    try {
      at = revision;
    } finally {
      lock.unlock();
    }
    return new Partners(byName.values(), view.unconfirmed(), Math.max(at, least));
  }

  /** The names of those that the partners topic, deleted and made anew, has lost. */
  public Set<String> lost() {
    return view.unconfirmed();
  }

  /** How often the partners topic was deleted and made anew, or truncated, under this replica. */
  public int replacements() {
    return view.replacements();
  }
}
