package dev.concordat.suite;

import java.time.Duration;

/** Ends this process when another one has ended. */
final class ParentWatch {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private ParentWatch() {}

  static void endWith(long pid) {
    var parent = ProcessHandle.of(pid);
    if (parent.isEmpty()) {
      Runtime.getRuntime().halt(1);
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name("parent-watch")
        .start(
            () -> {
              parent.get().onExit().join();
              Thread orderly = Thread.ofPlatform().daemon().start(() -> System.exit(1));
              try {
                if (!orderly.join(PATIENCE)) {
                  Runtime.getRuntime().halt(1);
                }
              } catch (InterruptedException e) {
                Runtime.getRuntime().halt(1);
              }
            });
  }
}
