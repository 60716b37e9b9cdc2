package dev.concordat.probe.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Observation;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A partner that fails for thousands of mailboxes is not asked for its document by each. */
class ProofDocumentsTest {

  private static final URI THERE =
      URI.create("https://mail.litwareinc.com/autodiscover/metadata/json/1");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Instant now = Instant.parse("2026-11-26T12:00:00Z");
  private final ProofDocuments documents = new ProofDocuments(() -> now);
  private final AtomicInteger readings = new AtomicInteger();

  @Test
  void a_hundred_probes_that_fail_at_once_read_it_once() throws Exception {
    var mayAnswer = new CountDownLatch(1);
    List<Future<Optional<ProofDocuments.Read>>> all = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        all.add(
            threads.submit(
                () ->
                    documents.get(
                        "exchange",
                        Call.THEIR_METADATA,
                        THERE,
                        false,
                        PATIENCE,
                        () -> {
                          awaitQuietly(mayAnswer);
                          return read();
                        })));
      }
      mayAnswer.countDown();
      for (var it : all) {
        assertThat(it.get().map(ProofDocuments.Read::read)).isPresent();
      }
    }
    assertThat(readings).hasValue(1);
  }

  @Test
  void it_is_believed_for_ten_seconds_and_by_nobody_who_asks_anew() {
    get("exchange", false);
    now = now.plusSeconds(9);
    get("exchange", false);
    assertThat(readings).hasValue(1);

    get("exchange", true);
    assertThat(readings).hasValue(2);
    now = now.plusSeconds(9);
    get("exchange", false);
    assertThat(readings).hasValue(2);

    now = now.plusSeconds(1);
    get("exchange", false);
    assertThat(readings).hasValue(3);
  }

  @Test
  void each_partner_has_its_own() {
    get("exchange", false);
    get("another", false);
    assertThat(readings).hasValue(2);
  }

  @Test
  void what_a_cancelled_probe_did_not_get_to_see_the_next_one_reads() {
    assertThat(
            documents.get("exchange", Call.THEIR_METADATA, THERE, false, PATIENCE, Optional::empty))
        .isEmpty();
    assertThat(get("exchange", false)).isPresent();
    assertThat(readings).hasValue(1);
  }

  private Optional<ProofDocuments.Read> get(String partner, boolean anew) {
    return documents.get(partner, Call.THEIR_METADATA, THERE, anew, PATIENCE, this::read);
  }

  private Optional<ProofDocuments.Read> read() {
    readings.incrementAndGet();
    return Optional.of(
        new ProofDocuments.Read(
            new Observation.DocumentRead(
                Call.THEIR_METADATA, THERE, null, List.of(), null, "it answers HTTP 503"),
            null));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
