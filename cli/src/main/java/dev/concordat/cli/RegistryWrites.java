package dev.concordat.cli;

import dev.concordat.cli.Connection.Service;
import dev.concordat.cli.ServiceClient.Attempt;
import dev.concordat.cli.powershell.Shown;
import dev.concordat.contracts.events.PartnerApplication;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes many partners, several at a time. Each write may be repeated without harm, so one that the
 * registry could not take now is sent again. A refusal is told and counted; what stops everything,
 * such as a token that ran out, ends the command.
 */
final class RegistryWrites implements AutoCloseable {

  private final ServiceClient client;
  private final Consent consent;
  private final PrintWriter err;
  private final int atOnce;
  private final int total;
  private final Semaphore places;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicReference<@Nullable CommandFailure> end = new AtomicReference<>();

  RegistryWrites(ServiceClient client, Consent consent, int atOnce, int total, PrintWriter err) {
    this.client = client;
    this.consent = consent;
    this.atOnce = atOnce;
    this.total = total;
    this.err = err;
    this.places = new Semaphore(atOnce);
  }

  /** Registers or replaces; waits only for a place. */
  void put(PartnerApplication partner) {
    submit(
        partner.name(),
        "PUT",
        PartnerBody.path(partner.name()) + consent.query(),
        PartnerBody.of(partner));
  }

  /** Removes; one that is gone already is as good. */
  void remove(String name) {
    submit(
        name, "DELETE", PartnerBody.path(name) + (consent.takeOver ? "?takeOver=true" : ""), null);
  }

  /** Waits until everything so far is written. */
  void settle() {
    try {
      places.acquire(atOnce);
    } catch (InterruptedException e) {
      throw ServiceClient.interrupted();
    }
    places.release(atOnce);
    throwIfEnded();
  }

  /** How many the registry refused. */
  int refused() {
    return refused.get();
  }

  @Override
  public void close() {
    threads.close();
  }

  private void submit(String name, String method, String path, @Nullable Object body) {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      throw ServiceClient.interrupted();
    }
    if (end.get() != null) {
      places.release();
      settle();
    }
    threads.execute(
        () -> {
          try {
            write(name, method, path, body);
          } finally {
            places.release();
          }
        });
  }

  private void write(String name, String method, String path, @Nullable Object body) {
    Attempt attempt;
    try {
      attempt = Patience.ask(() -> client.attempt(Service.REGISTRY, method, path, body));
    } catch (IOException e) {
      end.compareAndSet(null, client.unreachable(Service.REGISTRY, e));
      return;
    } catch (CommandFailure e) {
      end.compareAndSet(null, e);
      return;
    }
    switch (attempt.status()) {
      case 200, 201, 204 -> {}
      case 404 -> {
        if (!method.equals("DELETE")) {
          end.compareAndSet(null, client.refused(Service.REGISTRY, attempt));
          return;
        }
      }
      case 400, 409, 412, 413, 422 -> {
        refused.incrementAndGet();
        err.println(
            "! %s: %s"
                .formatted(Shown.text(name), client.refused(Service.REGISTRY, attempt).sentence()));
      }
      default -> {
        end.compareAndSet(null, client.refused(Service.REGISTRY, attempt));
        return;
      }
    }
    int now = done.incrementAndGet();
    if (total > 1000 && now % Math.max(1000, total / 20) == 0) {
      err.println("%d of %d".formatted(now, total));
    }
  }

  private void throwIfEnded() {
    CommandFailure failure = end.get();
    if (failure != null) {
      throw new CommandFailure(
          failure.exitCode(),
          "%s %d of %d were done. Run it again: what is done already changes nothing."
              .formatted(failure.sentence(), done.get(), total));
    }
  }
}
