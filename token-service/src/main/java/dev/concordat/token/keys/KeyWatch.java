package dev.concordat.token.keys;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Has the ring look at its source again: when the file system tells of a change, and every few
 * seconds, since not every mount tells.
 */
@Singleton
public class KeyWatch {

  private static final Logger LOG = Logger.getLogger(KeyWatch.class);

  private final ActiveKeyRing keys;
  private final Duration poll;
  private @Nullable Thread thread;

  @Inject
  KeyWatch(ActiveKeyRing keys, SigningConfig config) {
    this.keys = keys;
    this.poll = config.poll();
  }

  void onStart(@Observes StartupEvent event) {
    thread = Thread.ofPlatform().daemon().name("key-watch").start(this::watch);
  }

  void onStop(@Observes ShutdownEvent event) {
    Thread watching = thread;
    if (watching != null) {
      watching.interrupt();
    }
  }

  private void watch() {
    try (WatchService watcher = watcher()) {
      while (true) {
        if (watcher == null) {
          Thread.sleep(poll);
        } else {
          WatchKey noticed = watcher.poll(poll.toMillis(), TimeUnit.MILLISECONDS);
          if (noticed != null) {
            noticed.pollEvents();
            noticed.reset();
          }
        }
        look();
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      LOG.debug("The signing keys are watched no more");
    } catch (IOException e) {
      LOG.debug("The watch could not be closed", e);
    }
  }

  private void look() {
    try {
      keys.look();
    } catch (RuntimeException e) {
      LOG.error("The signing keys could not be looked at; trying on", e);
    }
  }

  private @Nullable WatchService watcher() {
    Path folder = keys.source().watched().orElse(null);
    if (folder == null) {
      return null;
    }
    try {
      WatchService watcher = FileSystems.getDefault().newWatchService();
      folder.register(
          watcher,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
      return watcher;
    } catch (IOException e) {
      LOG.warnf(
          "Changes in %s are not told (%s); it is looked at every %s instead",
          folder, e.getMessage(), poll);
      return null;
    }
  }
}
