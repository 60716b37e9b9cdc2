package dev.concordat.validation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Documents that are read on a thread of their own, so that no validation waits for one. */
final class FollowedDocuments implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(250);

  private final List<FollowedDocument> documents;
  private final CountDownLatch firstRound = new CountDownLatch(1);
  private final Thread reader;

  FollowedDocuments(List<FollowedDocument> documents) {
    this.documents = List.copyOf(documents);
    reader = Thread.ofVirtual().name("metadata-documents").start(this::follow);
  }

  List<FollowedDocument> all() {
    return documents;
  }

  /** Waits until every document has been tried once; false where that took longer. */
  boolean awaitFirstRound(Duration atMost) throws InterruptedException {
    return firstRound.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void follow() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        documents.forEach(FollowedDocument::readWhereDue);
        firstRound.countDown();
        Thread.sleep(TICK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    reader.interrupt();
  }
}
