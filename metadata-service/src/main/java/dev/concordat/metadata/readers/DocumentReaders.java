package dev.concordat.metadata.readers;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.DocumentRead;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.messaging.Views;
import dev.concordat.metadata.reading.Refresher;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts who read our document, and announces it where a partner is told. The request only counts;
 * once a second what was counted is looked at, so that the document costs no more for it and names
 * are never looked up while somebody waits.
 */
public final class DocumentReaders implements AutoCloseable {

  /** Readers that are told apart within a second; beyond, they are counted as unknown. */
  private static final int MOST_READERS = 10_000;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** The same revision is announced again for the same partner after this time. */
  private static final Duration AGAIN = Duration.ofMinutes(10);

  private record Reader(
      String address, @Nullable String userAgent, String revision, List<String> keyIds) {}

  private final EventPublisher publisher;
  private final Refresher refresher;
  private final boolean byProduct;
  private final InstantSource clock;
  private final MeterRegistry metrics;
  private final CompactedView<DocumentRead> reads;
  private final Map<Reader, LongAdder> counted = new ConcurrentHashMap<>();
  private final LongAdder uncounted = new LongAdder();

  /** What was looked at last: a request that had it in hand then may have counted since. */
  private Map<Reader, LongAdder> lookedAt = Map.of();

  private final Thread thread;
  private @Nullable Recognition recognition;
  private Instant lookedUp = Instant.EPOCH;
  private long lookedUpFor = -1;

  public DocumentReaders(
      Views views,
      EventPublisher publisher,
      Refresher refresher,
      boolean byProduct,
      InstantSource clock,
      MeterRegistry metrics) {
    this.publisher = publisher;
    this.refresher = refresher;
    this.byProduct = byProduct;
    this.clock = clock;
    this.metrics = metrics;
    reads = views.open(Topic.DOCUMENT_READS, DocumentRead.class);
    thread = Thread.ofVirtual().name("document-readers").unstarted(this::run);
  }

  /** Begins to look at what was counted. */
  public void start() {
    thread.start();
  }

  /** Notes that our document was read. Quick, from any thread. */
  public void noteRead(
      String address, @Nullable String userAgent, String revision, List<String> keyIds) {
    var reader = new Reader(address, userAgent, revision, keyIds);
    LongAdder times = counted.get(reader);
    if (times == null) {
      times =
          counted.size() >= MOST_READERS
              ? uncounted
              : counted.computeIfAbsent(reader, _ -> new LongAdder());
    }
    times.increment();
  }

  /** The last that a partner read of ours, as far as it was told. */
  public Optional<DocumentRead> lastRead(String partner) {
    return reads.get(partner);
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(PAUSE);
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws InterruptedException {
    count("unknown", "nothing", uncounted.sumThenReset());
    for (var late : lookedAt.entrySet()) {
      look(late.getKey(), late.getValue().sumThenReset());
    }
    lookedAt = Map.copyOf(counted);
    for (var entry : lookedAt.entrySet()) {
      counted.remove(entry.getKey(), entry.getValue());
      look(entry.getKey(), entry.getValue().sumThenReset());
    }
  }

  private void look(Reader reader, long times) throws InterruptedException {
    if (times == 0) {
      return;
    }
    var partner = recognition().of(reader.address, reader.userAgent);
    if (partner.isEmpty()) {
      count("unknown", "nothing", times);
      return;
    }
    String name = partner.get().partner();
    count(
        name,
        switch (partner.get().by()) {
          case ADDRESS -> "address";
          case PRODUCT_HEADER -> "product-header";
        },
        times);
    Instant now = clock.instant();
    if (reads
        .get(name)
        .filter(
            it -> it.revision().equals(reader.revision) && it.readAt().isAfter(now.minus(AGAIN)))
        .isEmpty()) {
      publisher.publish(
          name, new DocumentRead(name, reader.revision, reader.keyIds, now, partner.get().by()));
    }
  }

  private Recognition recognition() throws InterruptedException {
    Instant now = clock.instant();
    long registrations = refresher.registrations();
    Duration lifetime =
        registrations == lookedUpFor
            ? PartnerAddresses.LIFETIME
            : PartnerAddresses.LIFETIME_AFTER_CHANGE;
    Recognition known = recognition;
    if (known == null || now.isAfter(lookedUp.plus(lifetime))) {
      known = PartnerAddresses.lookUp(refresher.partners(), refresher::latest, byProduct);
      recognition = known;
      lookedUp = now;
      lookedUpFor = registrations;
    }
    return known;
  }

  private void count(String reader, String by, long times) {
    if (times > 0) {
      Counter.builder("concordat.document.reads")
          .description("Readings of our document, by partner where one is told")
          .tag("reader", reader)
          .tag("recognised.by", by)
          .register(metrics)
          .increment((double) times);
    }
  }
}
