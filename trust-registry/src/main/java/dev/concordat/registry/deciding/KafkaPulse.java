package dev.concordat.registry.deciding;

import dev.concordat.messaging.KafkaClients;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Whether Kafka answers: heard from the traffic, and asked for where there is none. */
final class KafkaPulse implements AutoCloseable {

  /** Kafka is asked when it has been silent for longer. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final KafkaClients clients;
  private final ReentrantLock asking = new ReentrantLock();
  private @Nullable Admin admin;
  private volatile long heard = System.nanoTime() - FRESH.toNanos();

  KafkaPulse(KafkaClients clients) {
    this.clients = clients;
  }

  /** Notes that Kafka has just answered something. */
  void beat() {
    heard = System.nanoTime();
  }

  /** Whether it answers, or did within the last second. One asks for all who wait. */
  boolean beats(Duration atMost) throws InterruptedException {
    if (isFresh()) {
      return true;
    }
    if (!asking.tryLock(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      return isFresh();
    }
    try {
      if (isFresh()) {
        return true;
      }
      Admin client = admin;
      if (client == null) {
        client = clients.admin();
        admin = client;
      }
      client.describeCluster().nodes().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      beat();
      return true;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      // The next one begins with the bootstrap servers again.
      letGo(Duration.ZERO);
      return false;
    } finally {
      asking.unlock();
    }
  }

  private void letGo(Duration patience) {
    Admin client = admin;
    if (client != null) {
      client.close(patience);
      admin = null;
    }
  }

  private boolean isFresh() {
    return System.nanoTime() - heard < FRESH.toNanos();
  }

  @Override
  public void close() {
    asking.lock();
    try {
      letGo(Duration.ofMillis(500));
    } finally {
      asking.unlock();
    }
  }
}
