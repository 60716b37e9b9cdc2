package dev.concordat.probe.running;

import dev.concordat.contracts.challenges.BearerChallenge;
import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Deployment;
import dev.concordat.diagnosis.Observation;
import dev.concordat.diagnosis.ProbeDiagnosis;
import dev.concordat.diagnosis.Reply;
import dev.concordat.diagnosis.Shown;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.outbound.OutboundAnswer;
import dev.concordat.probe.exchange.Autodiscover;
import dev.concordat.probe.exchange.AutodiscoverOrder;
import dev.concordat.probe.exchange.Ews;
import dev.concordat.probe.progress.ProbeWatch;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One conversation-history probe, from the first request to the clean-up. It is run once, on a
 * virtual thread; interrupting that cancels it, and the clean-up is done all the same.
 */
final class ProbeRun {

  /** What the clean-up has for itself when the probe's own time is over. */
  private static final Duration CLEAN_UP = Duration.ofSeconds(10);

  /** What an item's marker is; that of an item that is to stay says so, and is never removed. */
  private static final Pattern MARKER =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private static final String KEPT = " kept";

  /** Answers to GetFolder that mean: not by this name. */
  private static final Set<String> NOT_BY_THIS_NAME =
      Set.of(
          "ErrorFolderNotFound",
          "ErrorItemNotFound",
          "ErrorSchemaValidation",
          "ErrorInvalidOperation",
          "ErrorIncorrectSchemaVersion");

  private final ProbeRequested request;
  private final SipAddress mailbox;
  private final @Nullable PartnerRegistered partner;
  private final Targets targets;
  private final RunSettings settings;
  private final InstantSource clock;
  private final ProbeWatch watch;
  private final Conversation conversation;
  private final AutodiscoverOrder order;
  private final Instant startedAt;
  private final long begin = System.nanoTime();
  private final Map<Stage, ProbeStage> stages = new EnumMap<>(Stage.class);

  private @Nullable URI ewsUrl;
  private String smtpAddress;
  private @Nullable String itemId;
  private boolean mayHaveItem;
  private @Nullable String folderId;

  ProbeRun(
      ProbeRequested request,
      Targets targets,
      GuardedHttp http,
      TokenClient tokenClient,
      RunSettings settings,
      InstantSource clock,
      ProbeWatch watch) {
    this.request = request;
    this.watch = watch;
    this.targets = targets;
    this.settings = settings;
    this.clock = clock;
    mailbox = SipAddress.parse(request.sipAddress());
    smtpAddress = mailbox.address();
    partner = targets.partner(request.partner()).orElse(null);
    startedAt = clock.instant();
    Optional<Trust.ByMetadata> trust =
        Optional.ofNullable(partner)
            .map(PartnerRegistered::trust)
            .filter(Trust.ByMetadata.class::isInstance)
            .map(Trust.ByMetadata.class::cast);
    order =
        new AutodiscoverOrder(
            trust.map(it -> URI.create(it.metadataUrl())), settings.allowedDomains());
    conversation =
        new Conversation(
            http,
            tokenClient,
            settings,
            clock,
            watch,
            request.partner(),
            mailbox,
            trust.map(Trust.ByMetadata::caBundle).orElse(null),
            trust.map(Trust.ByMetadata::allowHttp).orElse(false));
  }

  /** A stage's work; what it returns is said of it when it passed. */
  @FunctionalInterface
  private interface Work {
    String detail() throws StageFailed;
  }

  /** Runs it, and says how it went. Whatever happens, what it wrote is removed. */
  ProbeCompleted run() {
    StageFailed failure = null;
    try {
      probe();
    } catch (StageFailed failed) {
      failure = failed;
    } catch (RuntimeException broken) {
      cleanUp(true);
      throw broken;
    }
    boolean interrupted = Thread.interrupted();
    boolean nothingLeft = cleanUp(failure != null);
    for (Stage stage : Stage.values()) {
      stages.computeIfAbsent(stage, it -> skipped(it, null));
    }
    ProbeCompleted completed = completed(failure, nothingLeft);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return completed;
  }

  private void probe() throws StageFailed {
    stage(Stage.CHALLENGE, this::challenge);
    stage(Stage.TOKEN, this::token);
    stage(Stage.AUTODISCOVER, this::autodiscover);
    stage(Stage.FOLDER, this::folder);
    stage(Stage.CREATE, this::create);
    stage(Stage.VERIFY, this::verify);
    if (request.deleteItem()) {
      stage(Stage.DELETE, this::delete);
    } else {
      stages.put(Stage.DELETE, skipped(Stage.DELETE, "the item stays, as asked"));
    }
  }

  private void stage(Stage stage, Work work) throws StageFailed {
    long start = System.nanoTime();
    conversation.takeStatus();
    watch.began(stage.label());
    try {
      String detail = work.detail();
      ended(stage, ProbeStage.Outcome.PASSED, start, detail);
    } catch (StageFailed failed) {
      Diagnosis diagnosis = diagnose(failed);
      ended(stage, ProbeStage.Outcome.FAILED, start, diagnosis.summary());
      throw failed;
    }
  }

  private void ended(Stage stage, ProbeStage.Outcome outcome, long start, String detail) {
    var done =
        new ProbeStage(
            stage.label(), outcome, millisSince(start), conversation.takeStatus(), detail);
    stages.put(stage, done);
    watch.ended(done);
  }

  private static ProbeStage skipped(Stage stage, @Nullable String detail) {
    return new ProbeStage(stage.label(), ProbeStage.Outcome.SKIPPED, 0, null, detail);
  }

  // The stages.

  /**
   * What it finds only warns, unless nobody answers at all: the other stages have the last word.
   */
  private String challenge() throws StageFailed {
    PartnerRegistered registered = partner;
    if (registered == null || !registered.enabled()) {
      throw new StageFailed(conversation.note(new Observation.PartnerGone(registered != null)));
    }
    URI pinned = settings.ewsUrls().get(request.partner());
    List<URI> urls =
        pinned != null
            ? List.of(pinned)
            : order.steps(mailbox.domain()).stream()
                .filter(AutodiscoverOrder.Step.Ask.class::isInstance)
                .map(it -> ((AutodiscoverOrder.Step.Ask) it).soapUrl())
                .toList();
    StageFailed silent = null;
    for (URI url : urls) {
      OutboundAnswer raw;
      byte[] harmless =
          pinned != null ? Ews.getFolder(smtpAddress) : Autodiscover.userSettings(smtpAddress, url);
      try {
        raw = conversation.post(Call.CHALLENGE, url, smtpAddress, harmless, "Bearer");
      } catch (StageFailed failed) {
        if (!(failed.decisive() instanceof Observation.Unanswered)) {
          throw failed;
        }
        silent = silent == null ? failed : silent;
        continue;
      }
      return challenged(conversation.answered(Call.CHALLENGE, raw, Ews.read(raw.body()).reply()));
    }
    throw Objects.requireNonNull(silent);
  }

  private String challenged(Observation.Answered answered) {
    String host = answered.url().getRawAuthority();
    if (answered.status() != 401) {
      return "warning: %s answers an empty Bearer with HTTP %d instead of a challenge"
          .formatted(host, answered.status());
    }
    Optional<BearerChallenge> bearer = answered.bearer();
    if (bearer.isEmpty()) {
      return "warning: %s does not offer OAuth".formatted(host);
    }
    return bearer.get().trusts(settings.us())
        ? "%s offers OAuth and trusts %s".formatted(host, settings.us())
        : "warning: %s offers OAuth, but %s is not among the issuers that it trusts"
            .formatted(host, settings.us());
  }

  private String token() throws StageFailed {
    URI pinned = settings.ewsUrls().get(request.partner());
    URI url =
        pinned != null
            ? pinned
            : order.steps(mailbox.domain()).stream()
                .filter(AutodiscoverOrder.Step.Ask.class::isInstance)
                .map(it -> ((AutodiscoverOrder.Step.Ask) it).soapUrl())
                .findFirst()
                .orElseThrow();
    conversation.token(url);
    return "%s for %s, key %s"
        .formatted(
            conversation
                .tokenSource()
                .filter(it -> it == ProbeCompleted.TokenSource.CACHED)
                .map(_ -> "from the cache")
                .orElse("signed afresh"),
            url.getRawAuthority(),
            conversation.signingKey().orElse("unknown"));
  }

  private String autodiscover() throws StageFailed {
    URI pinned = settings.ewsUrls().get(request.partner());
    if (pinned != null) {
      ewsUrl = pinned;
      return "pinned by configuration: " + pinned;
    }
    var found =
        new AutodiscoverSearch(conversation, order, mailbox, settings.serviceRecords()).find();
    ewsUrl = found.ewsUrl();
    smtpAddress = found.mailbox().address();
    // A token names the host it is for: EWS's own is asked for here.
    Integer status = conversation.takeStatus();
    conversation.token(found.ewsUrl());
    conversation.giveStatus(status);
    return Shown.text(found.ewsUrl().toString());
  }

  private String folder() throws StageFailed {
    boolean made = false;
    Optional<String> found;
    try {
      found = ews(Call.GET_FOLDER, Ews.getFolder(smtpAddress)).folderId();
    } catch (StageFailed failed) {
      if (failed.code().filter(NOT_BY_THIS_NAME::contains).isEmpty()) {
        throw failed;
      }
      found = byName();
      if (found.isEmpty()) {
        found = createFolder();
        made = true;
      }
    }
    folderId =
        found.orElseThrow(
            () -> incomplete(Call.GET_FOLDER, "its answer has no id of a mail folder"));
    int removed = removeLeftovers(folderId);
    return "Conversation History %s%s"
        .formatted(
            made ? "made" : "found",
            removed == 0 ? "" : "; %d items of killed probes removed".formatted(removed));
  }

  private Optional<String> byName() throws StageFailed {
    return ews(Call.FIND_FOLDER, Ews.findFolder(settings.folderNames())).folderId();
  }

  private Optional<String> createFolder() throws StageFailed {
    if (!settings.createFolder()) {
      throw new StageFailed(conversation.note(new Observation.NoFolder(ewsUrl())));
    }
    try {
      return ews(Call.CREATE_FOLDER, Ews.createFolder(settings.folderNames().getFirst()))
          .folderId();
    } catch (StageFailed failed) {
      // Somebody else was faster.
      if (failed.code().filter("ErrorFolderExists"::equals).isPresent()) {
        return byName();
      }
      throw failed;
    }
  }

  /**
   * Removes what killed probes left: items with a marker of ours that isn't one to stay, of our
   * class and subject, and older than any probe can be. Failing to is no failure of the probe.
   */
  private int removeLeftovers(String folder) throws StageFailed {
    try {
      Instant before = conversation.theirTime().minus(settings.leftoverAge());
      List<String> leftovers =
          ews(Call.FIND_ITEM, Ews.findMarked(folder)).items().stream()
              .filter(it -> isLeftover(it, before))
              .map(Ews.Item::id)
              .toList();
      if (!leftovers.isEmpty()) {
        ews(Call.DELETE_ITEM, Ews.deleteItems(leftovers));
      }
      return leftovers.size();
    } catch (StageFailed failed) {
      if (failed.decisive() instanceof Observation.Cancelled
          || failed.decisive() instanceof Observation.OutOfTime) {
        throw failed;
      }
      return 0;
    }
  }

  static boolean isLeftover(Ews.Item item, Instant before) {
    String marker = item.marker();
    Instant created = item.created();
    return marker != null
        && MARKER.matcher(marker).matches()
        && Ews.ITEM_CLASS.equals(item.itemClass())
        && Ews.SUBJECT.equals(item.subject())
        && created != null
        && created.isBefore(before);
  }

  private String create() throws StageFailed {
    mayHaveItem = true;
    Ews.Answer answer;
    try {
      answer = ews(Call.CREATE_ITEM, Ews.createItem(Objects.requireNonNull(folderId), marker()));
    } catch (StageFailed failed) {
      // What Exchange refused is not there; what a proxy in between answers says nothing of it.
      mayHaveItem =
          !(failed.decisive() instanceof Observation.Answered answered
              && (answered.reply() instanceof Reply.Refused || answered.status() / 100 == 4));
      throw failed;
    }
    itemId =
        answer
            .itemId()
            .orElseThrow(() -> incomplete(Call.CREATE_ITEM, "its answer has no item id"));
    return Ews.ITEM_CLASS;
  }

  private String verify() throws StageFailed {
    Ews.Item read =
        ews(Call.GET_ITEM, Ews.getItem(Objects.requireNonNull(itemId))).items().stream()
            .findFirst()
            .orElseThrow(() -> incomplete(Call.GET_ITEM, "its answer has no item"));
    requireSame("subject", Ews.SUBJECT, read.subject());
    requireSame("class", Ews.ITEM_CLASS, read.itemClass());
    requireSame("marker", marker(), read.marker());
    return "subject, class and marker are as written";
  }

  private void requireSame(String property, String written, @Nullable String read)
      throws StageFailed {
    if (!written.equals(read)) {
      throw new StageFailed(
          conversation.note(
              new Observation.ItemDiffers(
                  ewsUrl(), property, written, read == null ? "nothing" : read)));
    }
  }

  private String delete() throws StageFailed {
    try {
      ews(Call.DELETE_ITEM, Ews.deleteItems(List.of(Objects.requireNonNull(itemId))));
    } catch (StageFailed failed) {
      if (failed.code().filter("ErrorItemNotFound"::equals).isEmpty()) {
        throw failed;
      }
      mayHaveItem = false;
      return "somebody else deleted it in between";
    }
    mayHaveItem = false;
    return "deleted for good";
  }

  private String marker() {
    return request.deleteItem() ? request.id() : request.id() + KEPT;
  }

  /**
   * Removes the item of a probe that did not get so far, also one that was made although its answer
   * got lost.
   *
   * @return whether nothing is left in the mailbox
   */
  private boolean cleanUp(boolean failed) {
    if (!mayHaveItem) {
      return true;
    }
    if (!request.deleteItem() && !failed) {
      return false;
    }
    conversation.extend(CLEAN_UP);
    try {
      String known = itemId;
      List<String> left =
          known != null
              ? List.of(known)
              : ews(Call.FIND_ITEM, Ews.findMarked(Objects.requireNonNull(folderId), marker()))
                  .items()
                  .stream()
                  .filter(it -> marker().equals(it.marker()))
                  .map(Ews.Item::id)
                  .toList();
      if (!left.isEmpty()) {
        ews(Call.DELETE_ITEM, Ews.deleteItems(left));
      }
      stages.putIfAbsent(Stage.DELETE, skipped(Stage.DELETE, "the item was removed all the same"));
      return true;
    } catch (StageFailed again) {
      if (again.code().filter("ErrorItemNotFound"::equals).isPresent()) {
        return true;
      }
      stages.putIfAbsent(
          Stage.DELETE,
          skipped(
              Stage.DELETE,
              "the item may still be there; a later probe of this mailbox removes it"));
      return false;
    }
  }

  // What they have in common.

  private Ews.Answer ews(Call call, byte[] operation) throws StageFailed {
    return conversation.ews(call, ewsUrl(), smtpAddress, operation);
  }

  private URI ewsUrl() {
    return Objects.requireNonNull(ewsUrl);
  }

  private StageFailed incomplete(Call call, String what) {
    return new StageFailed(conversation.note(new Observation.Incomplete(call, ewsUrl(), what)));
  }

  private Diagnosis diagnose(StageFailed failed) {
    return ProbeDiagnosis.of(
        failed.decisive(),
        conversation.seen(),
        new Deployment(
            request.partner(),
            partner,
            targets.metadata().get(request.partner()).orElse(null),
            mailbox,
            settings.us(),
            settings.ourMetadataUrl(),
            settings.tokenService(),
            targets.keys(),
            clock.instant()));
  }

  private ProbeCompleted completed(@Nullable StageFailed failure, boolean nothingLeft) {
    ProbeCompleted.Outcome outcome =
        failure == null
            ? ProbeCompleted.Outcome.PASSED
            : failure.decisive() instanceof Observation.Cancelled
                    || failure.decisive() instanceof Observation.OutOfTime
                ? ProbeCompleted.Outcome.CANCELLED
                : ProbeCompleted.Outcome.FAILED;
    return new ProbeCompleted(
        request.id(),
        request.partner(),
        mailbox.uri(),
        request.kind(),
        outcome,
        startedAt,
        millisSince(begin),
        new ArrayList<>(stages.values()),
        failure == null ? null : diagnose(failure),
        conversation.signingKey().orElse(null),
        conversation.tokenSource().orElse(null),
        nothingLeft,
        request.trigger(),
        settings.vantage());
  }

  private static long millisSince(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }
}
