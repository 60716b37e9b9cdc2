package dev.concordat.token;

import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * Where requests go on that can't be answered at once, because something is to be signed, checked
 * slowly or asked for elsewhere. What can be told from memory is answered on the event loop itself,
 * which costs half as much.
 */
@Singleton
public class Waiting {

  private final ExecutorService threads;

  @Inject
  Waiting(@VirtualThreads ExecutorService threads) {
    this.threads = threads;
  }

  /** The answer, worked out on a virtual thread of its own. */
  public <T> CompletionStage<T> until(Supplier<T> answer) {
    return CompletableFuture.supplyAsync(answer, threads);
  }
}
