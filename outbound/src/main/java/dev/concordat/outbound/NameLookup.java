package dev.concordat.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Resolves names, within a time. The platform's resolver knows none, and holds the thread below a
 * virtual one while it waits: on threads of its own, a name server that is silent stops nobody but
 * those who ask it. An answer is kept for a few seconds, a tenth of what the platform keeps it for,
 * so that many requests to one host do not each wait for such a thread; whoever gets it checks it
 * all the same.
 */
final class NameLookup implements AutoCloseable {

  private static final int THREADS = 32;
  private static final int MOST_WAITING = 4096;
  private static final int MOST_KNOWN = 1024;

  private record Known(List<InetAddress> addresses, long since) {}

  /** Where names are looked up; the JDK but for tests. */
  interface Resolver {
    List<InetAddress> resolve(String host) throws UnknownHostException;

    static Resolver platform() {
      return host -> List.of(InetAddress.getAllByName(host));
    }
  }

  private final Resolver resolver;
  private final long believedNanos;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().name("name-lookup-", 0).daemon().factory());

  /**
   * @param believed how long an answer is kept; zero for not at all
   */
  NameLookup(Resolver resolver, Duration believed) {
    this.resolver = resolver;
    believedNanos = believed.toNanos();
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * @param host a name or an address literal
   * @throws TimeoutException if it takes longer, or too many are waiting already
   */
  List<InetAddress> addresses(String host, Duration atMost)
      throws UnknownHostException, TimeoutException, InterruptedException {
    Known before = known.get(host);
    if (before != null && System.nanoTime() - before.since < believedNanos) {
      return before.addresses;
    }
    var lookup = new FutureTask<>(() -> resolver.resolve(host));
    try {
      threads.execute(lookup);
      List<InetAddress> addresses = lookup.get(Math.max(1, atMost.toNanos()), TimeUnit.NANOSECONDS);
      if (known.size() >= MOST_KNOWN) {
        known.clear();
      }
      known.put(host, new Known(addresses, System.nanoTime()));
      return addresses;
    } catch (RejectedExecutionException e) {
      var full = new TimeoutException("too many names are being looked up");
      full.initCause(e);
      throw full;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException("a look-up ends with addresses or none", e.getCause());
    } finally {
      lookup.cancel(true);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
