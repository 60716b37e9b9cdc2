package dev.concordat.registry.gitops;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerCommandDecided;
import dev.concordat.contracts.events.PartnerCommandDecided.Outcome;
import dev.concordat.registry.PartnerDirectory;
import dev.concordat.registry.deciding.CommandDesk;
import dev.concordat.registry.deciding.DecidingLoop;
import dev.concordat.registry.deciding.NotDecided;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the folder, and has the registry follow it.
 *
 * <p>Every replica looks and reports; the one that decides hands the commands in. One look follows
 * the other, never at the same time, and what failed in one is tried again in the next.
 */
final class Reconciler implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Reconciler.class);

  /** How many commands wait for their decision at once: so many fill a transaction's batch. */
  private static final int AT_ONCE = 128;

  /** How many findings are logged; the others are in the report. */
  private static final int MOST_LOGGED = 20;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final DeclarationFolder folder;
  private final Path path;
  private final String source;
  private final boolean allowEmpty;
  private final Duration interval;
  private final PartnerDirectory directory;
  private final CommandDesk desk;
  private final DecidingLoop deciding;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile DeclarationsReport report;
  private @Nullable Look last;
  private @Nullable Instant reconciledAt;
  private List<Finding> logged = List.of();
  private String obstacle = "";

  /** What the last plan was made of. */
  private record Look(FolderContent content, long revision, int replacements, Plan plan) {

    boolean isOf(FolderContent now, PartnerDirectory directory) {
      return content.equals(now)
          && revision == directory.revision()
          && replacements == directory.replacements();
    }
  }

  Reconciler(
      Path path,
      DeclarationSettings settings,
      PartnerDirectory directory,
      CommandDesk desk,
      DecidingLoop deciding,
      InstantSource clock) {
    this.path = path;
    folder = new DeclarationFolder(path);
    source = settings.source();
    allowEmpty = settings.allowEmpty();
    interval = settings.interval();
    this.directory = directory;
    this.desk = desk;
    this.deciding = deciding;
    this.clock = clock;
    report = DeclarationsReport.none(source);
    thread = Thread.ofVirtual().name("declarations").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** What was last found. */
  DeclarationsReport report() {
    return report;
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
  }

  private void run() {
    try {
      do {
        try {
          look();
        } catch (TimeoutException e) {
          LOG.debug("still waiting for Kafka");
        } catch (RuntimeException e) {
          LOG.errorf(e, "Looking at %s failed; the next look follows", path);
        }
      } while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      LOG.debug("the reconciler ends");
    }
  }

  private void look() throws TimeoutException, InterruptedException {
    // What has not been read yet would look as if it were not registered.
    directory.awaitEnd(0, PATIENCE);
    Optional<FolderContent> read = folder.read();
    if (read.isEmpty()) {
      return;
    }
    FolderContent content = read.get();
    boolean decides = deciding.isDeciding();
    Look look = last;
    boolean news = look == null || !look.isOf(content, directory);
    if (look == null || news) {
      look = planned(content);
    }
    if (decides && !look.plan().isSettled()) {
      handIn(look.plan());
      look = planned(content);
      news = true;
    }
    last = look;
    Instant now = clock.instant();
    if (look.plan().isSettled() && content.unusable().isEmpty()) {
      reconciledAt = now;
    }
    if (news) {
      report = DeclarationsReport.of(source, decides, now, reconciledAt, content, look.plan());
      log(look.plan().findings());
    } else {
      report = report.lookedAgain(decides, now, reconciledAt);
    }
  }

  private Look planned(FolderContent content) {
    // First, so that what changes meanwhile is news for the next look.
    long revision = directory.revision();
    int replacements = directory.replacements();
    return new Look(
        content,
        revision,
        replacements,
        Reconciliation.plan(
            source,
            allowEmpty,
            content,
            directory.page(null, Integer.MAX_VALUE, _ -> true),
            directory.lost(),
            clock.instant()));
  }

  private void handIn(Plan plan) throws InterruptedException {
    var round = new Round();
    for (List<Step> batch : plan.batches()) {
      if (round.isOver() || !deciding.isDeciding()) {
        break;
      }
      handIn(batch, round);
    }
    if (!round.outcomes.isEmpty()) {
      LOG.infof(
          "From %s: %s",
          path,
          round.outcomes.entrySet().stream()
              .map(it -> "%d %s".formatted(it.getValue(), shown(it.getKey())))
              .sorted()
              .collect(Collectors.joining(", ")));
    }
    String hindered = round.obstacle;
    if (!hindered.equals(obstacle)) {
      obstacle = hindered;
      if (!hindered.isEmpty()) {
        LOG.warnf("What %s declares is tried again at the next look: %s", path, hindered);
      }
    }
  }

  private void handIn(List<Step> batch, Round round) throws InterruptedException {
    var places = new Semaphore(AT_ONCE);
    try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Step step : batch) {
        try {
          places.acquire();
        } catch (InterruptedException e) {
          tasks.shutdownNow();
          throw e;
        }
        if (round.isOver() || !deciding.isDeciding()) {
          return;
        }
        tasks.execute(
            () -> {
              try {
                handIn(step, round);
              } finally {
                places.release();
              }
            });
      }
    }
  }

  private void handIn(Step step, Round round) {
    String id = UUID.randomUUID().toString();
    try {
      PartnerCommandDecided decided =
          desk.submit(
                  id,
                  step.name(),
                  step.command(id, "gitops:" + source, clock.instant()),
                  null,
                  null)
              .decided();
      round.outcomes.merge(decided.outcome(), 1, Integer::sum);
      Problem why = decided.problem();
      if (why != null) {
        // By rights the plan has found this out; the state has changed since, or the rules have.
        round.refused("%s: %s".formatted(step.name(), why.detail()));
      }
    } catch (NotDecided e) {
      round.broken(String.valueOf(e.problem().detail()));
    } catch (InterruptedException e) {
      round.broken("This replica is stopping.");
      Thread.currentThread().interrupt();
    }
  }

  private void log(List<Finding> findings) {
    if (findings.equals(logged)) {
      return;
    }
    if (findings.isEmpty()) {
      LOG.infof("Everything that %s declares is well", path);
    } else {
      LOG.warnf(
          "Findings in %s: %d%s%n%s",
          path,
          findings.size(),
          findings.size() > MOST_LOGGED ? ", the first %d of them".formatted(MOST_LOGGED) : "",
          findings.stream()
              .limit(MOST_LOGGED)
              .map(it -> "  " + it.line("(folder)"))
              .collect(Collectors.joining("\n")));
    }
    logged = findings;
  }

  private static String shown(Outcome outcome) {
    return switch (outcome) {
      case CREATED -> "registered";
      case REPLACED -> "changed";
      case UNCHANGED -> "unchanged";
      case REMOVED -> "removed";
      case REFUSED -> "refused";
    };
  }

  /** What came of the commands of one look. */
  private static final class Round {
    private final Map<Outcome, Integer> outcomes = new ConcurrentHashMap<>();
    private volatile boolean over;
    private volatile String obstacle = "";

    /** Whether no further command would fare better. */
    boolean isOver() {
      return over;
    }

    void refused(String why) {
      obstacle = why;
    }

    void broken(String why) {
      obstacle = why;
      over = true;
    }
  }
}
