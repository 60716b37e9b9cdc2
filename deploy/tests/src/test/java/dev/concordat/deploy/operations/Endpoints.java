package dev.concordat.deploy.operations;

import dev.concordat.suite.ServiceCluster.Replica;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The replicas that get requests, as a Service has them: those that said at the last look that they
 * are ready. Looks once a second, so a replica is called for a while after it began to stop. A
 * request is sent once; nothing is repeated.
 */
final class Endpoints implements AutoCloseable {

  private final List<Replica> replicas;
  private final AtomicInteger turn = new AtomicInteger();
  private final Thread watch;
  private volatile List<Replica> ready;

  Endpoints(List<Replica> replicas) {
    this.replicas = replicas;
    this.ready = replicas;
    watch = Thread.ofVirtual().name("endpoints").start(this::look);
  }

  /** The next one in turn. */
  Replica next() {
    List<Replica> now = ready;
    return now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
  }

  private void look() {
    try {
      while (true) {
        var seen = new java.util.ArrayList<Replica>();
        for (Replica replica : replicas) {
          if (replica.isReady()) {
            seen.add(replica);
          }
        }
        if (!seen.isEmpty()) {
          ready = List.copyOf(seen);
        }
        Thread.sleep(1000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
