package dev.concordat.probe.running;

import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Observation;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The documents that were fetched as proofs, for a few seconds: where a partner refuses the tokens
 * of all its mailboxes at once, both documents are read once for all of these and not once for
 * each. Probes that need one while it is being read wait for it.
 */
public final class ProofDocuments {

  private static final Duration BELIEVED = Duration.ofSeconds(10);

  private record Key(String partner, Call whose, URI url) {}

  /**
   * What a reading came to.
   *
   * @param read what is noted of it
   * @param document itself, if it could be read
   */
  record Read(Observation.DocumentRead read, @Nullable AuthMetadataDocument document) {}

  private record Reading(CompletableFuture<Optional<Read>> outcome, Instant begun) {}

  private final InstantSource clock;
  private final Map<Key, Reading> readings = new HashMap<>();

  public ProofDocuments(InstantSource clock) {
    this.clock = clock;
  }

  /** Reads a document; empty where the probe ended meanwhile. */
  @FunctionalInterface
  interface Source {
    Optional<Read> read();
  }

  /**
   * A document, read now or a few seconds ago.
   *
   * @param anew whether it must be read now: whoever asks for a probe may have mended it just now
   * @param atMost how long somebody else's reading is waited for
   */
  Optional<Read> get(
      String partner, Call whose, URI url, boolean anew, Duration atMost, Source source) {
    var key = new Key(partner, whose, url);
    var ours = new Reading(new CompletableFuture<>(), clock.instant());
    return theirs(key, ours, anew)
        .map(it -> await(it, atMost))
        .orElseGet(() -> read(key, ours, source));
  }

  /** A reading to join; empty where ours takes its place. */
  private synchronized Optional<Reading> theirs(Key key, Reading ours, boolean anew) {
    if (anew) {
      readings.put(key, ours);
      return Optional.empty();
    }
    Instant old = clock.instant().minus(BELIEVED);
    readings.values().removeIf(it -> !it.begun.isAfter(old));
    return Optional.ofNullable(readings.putIfAbsent(key, ours));
  }

  private Optional<Read> read(Key key, Reading ours, Source source) {
    Optional<Read> outcome = Optional.empty();
    try {
      outcome = source.read();
    } finally {
      if (outcome.isEmpty()) {
        // What a probe that ended did not get to see, the next one reads.
        synchronized (this) {
          readings.remove(key, ours);
        }
      }
      ours.outcome.complete(outcome);
    }
    return outcome;
  }

  private static Optional<Read> await(Reading theirs, Duration atMost) {
    try {
      return theirs.outcome.get(Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    }
  }
}
