package dev.concordat.probe.running;

import dev.concordat.contracts.challenges.BearerChallenge;
import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Deployment;
import dev.concordat.diagnosis.Observation;
import dev.concordat.diagnosis.ProbeDiagnosis;
import dev.concordat.diagnosis.Shown;
import dev.concordat.outbound.OutboundAnswer;
import dev.concordat.probe.exchange.Autodiscover;
import dev.concordat.probe.exchange.AutodiscoverOrder;
import dev.concordat.probe.exchange.Ews;
import dev.concordat.probe.progress.ProbeWatch;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One probe, from the first request to the clean-up: whether OAuth is offered, a token, where the
 * mailbox is, and then what its {@link Check} does there. It is run once, on a virtual thread;
 * interrupting that cancels it, and the clean-up is done all the same.
 */
final class ProbeRun {

  private final ProbeRequested request;
  private final SipAddress mailbox;
  private final @Nullable PartnerRegistered partner;
  private final RunContext context;
  private final ProbeWatch watch;
  private final RunSettings settings;
  private final Conversation conversation;
  private final AutodiscoverOrder order;
  private final @Nullable URI pinned;
  private final EwsSession ews;
  private final Check check;
  private final Proofs proofs;
  private final Instant startedAt;
  private final long begin = System.nanoTime();
  private final Map<Stage, ProbeStage> stages = new EnumMap<>(Stage.class);
  private @Nullable Diagnosis diagnosis;

  ProbeRun(ProbeRequested request, RunContext context, ProbeWatch watch) {
    this.watch = watch;
    this.request = request;
    this.context = context;
    settings = context.settings();
    mailbox = SipAddress.parse(request.sipAddress());
    partner = context.targets().partner(request.partner()).orElse(null);
    startedAt = context.clock().instant();
    Optional<Trust.ByMetadata> trust =
        Optional.ofNullable(partner)
            .map(PartnerRegistered::trust)
            .filter(Trust.ByMetadata.class::isInstance)
            .map(Trust.ByMetadata.class::cast);
    Optional<URI> metadataUrl = trust.map(it -> URI.create(it.metadataUrl()));
    order = new AutodiscoverOrder(metadataUrl, settings.allowedDomains());
    pinned = settings.ewsUrls().get(request.partner());
    conversation =
        new Conversation(
            context,
            watch,
            request.partner(),
            mailbox,
            request.signingKey(),
            freshTokens(),
            trust.map(Trust.ByMetadata::caBundle).orElse(null),
            trust.map(Trust.ByMetadata::allowHttp).orElse(false));
    ews =
        new EwsSession(
            conversation,
            context.memory(),
            it -> new AutodiscoverSearch(it, order, mailbox, settings.serviceRecords()),
            request.partner(),
            mailbox);
    check = Check.of(request, settings, ews);
    proofs =
        new Proofs(
            conversation,
            context.documents(),
            request.partner(),
            request.trigger() == ProbeTrigger.REQUEST,
            settings.ourMetadataUrl(),
            metadataUrl);
  }

  /** As was asked for, else as the partner's settings say, else as the service's own do. */
  private boolean freshTokens() {
    return Optional.ofNullable(request.token())
        .or(
            () ->
                Optional.ofNullable(partner)
                    .map(PartnerRegistered::probe)
                    .map(ProbeSettings::token))
        .map(it -> it == ProbeCompleted.TokenSource.FRESH)
        .orElse(settings.freshTokens());
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
    Check.CleanUp.Left left = cleanUp(failure != null);
    if (left.detail() != null) {
      stages.putIfAbsent(Stage.DELETE, skipped(Stage.DELETE, left.detail()));
    }
    check.steps().forEach(it -> stages.computeIfAbsent(it.stage(), its -> skipped(its, null)));
    for (Stage stage : List.of(Stage.CHALLENGE, Stage.TOKEN, Stage.AUTODISCOVER)) {
      stages.computeIfAbsent(stage, it -> skipped(it, null));
    }
    ProbeCompleted completed = completed(failure, left.nothing());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return completed;
  }

  private Check.CleanUp.Left cleanUp(boolean failed) {
    return check.cleanUp().run(failed);
  }

  private void probe() throws StageFailed {
    stage(Stage.CHALLENGE, this::challenge);
    stage(Stage.TOKEN, this::token);
    stage(Stage.AUTODISCOVER, this::autodiscover);
    for (Check.Step step : check.steps()) {
      stage(step.stage(), step.work());
    }
  }

  private void stage(Stage stage, Check.Work work) throws StageFailed {
    long start = System.nanoTime();
    conversation.takeStatus();
    watch.began(stage.label());
    try {
      String detail = work.detail();
      ended(stage, ProbeStage.Outcome.PASSED, millisSince(start), detail);
    } catch (StageFailed failed) {
      long took = millisSince(start);
      context.memory().forget(request.partner(), mailbox.domain());
      proofs.gather(failed);
      Diagnosis why = diagnose(failed);
      diagnosis = why;
      ended(stage, ProbeStage.Outcome.FAILED, took, why.summary());
      throw failed;
    }
  }

  private void ended(Stage stage, ProbeStage.Outcome outcome, long took, String detail) {
    var done = new ProbeStage(stage.label(), outcome, took, conversation.takeStatus(), detail);
    stages.put(stage, done);
    watch.ended(done);
  }

  private static ProbeStage skipped(Stage stage, @Nullable String detail) {
    return new ProbeStage(stage.label(), ProbeStage.Outcome.SKIPPED, 0, null, detail);
  }

  /**
   * What it finds only warns, unless nobody answers at all: the other stages have the last word.
   */
  private String challenge() throws StageFailed {
    PartnerRegistered registered = partner;
    if (registered == null || !registered.enabled()) {
      throw new StageFailed(conversation.note(new Observation.PartnerGone(registered != null)));
    }
    StageFailed silent = null;
    for (URI url : firstUrls()) {
      OutboundAnswer raw;
      byte[] harmless =
          pinned != null
              ? Ews.getFolder("inbox", mailbox.address())
              : Autodiscover.userSettings(mailbox.address(), url);
      try {
        raw = conversation.post(Call.CHALLENGE, url, mailbox.address(), harmless, "Bearer");
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

  private List<URI> firstUrls() {
    URI only = pinned;
    return only != null
        ? List.of(only)
        : order.steps(mailbox.domain()).stream()
            .filter(AutodiscoverOrder.Step.Ask.class::isInstance)
            .map(it -> ((AutodiscoverOrder.Step.Ask) it).soapUrl())
            .toList();
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
    context
        .challenges()
        .met(
            request.partner(),
            bearer.get(),
            new RefreshRequests.Known(
                partner, context.targets().metadata().get(request.partner()).orElse(null)));
    return bearer.get().trusts(settings.us())
        ? "%s offers OAuth and trusts %s".formatted(host, settings.us())
        : "warning: %s offers OAuth, but %s is not among the issuers that it trusts"
            .formatted(host, settings.us());
  }

  private String token() throws StageFailed {
    // A token names one host: where the mailbox is known to be, that of its EWS is enough.
    URI url =
        context
            .memory()
            .get(request.partner(), mailbox.domain())
            .filter(_ -> pinned == null)
            .map(AutodiscoverMemory.Known::ewsUrl)
            .orElseGet(() -> firstUrls().getFirst());
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
    URI only = pinned;
    if (only != null) {
      ews.at(only);
      return "pinned by configuration: " + only;
    }
    return Shown.text(ews.discover());
  }

  private Diagnosis diagnose(StageFailed failed) {
    return ProbeDiagnosis.of(
        failed.decisive(),
        conversation.seen(),
        new Deployment(
            request.partner(),
            partner,
            context.targets().metadata().get(request.partner()).orElse(null),
            mailbox,
            settings.us(),
            settings.ourMetadataUrl(),
            settings.tokenService(),
            context.targets().keys(),
            context.clock().instant()));
  }

  private ProbeCompleted completed(@Nullable StageFailed failure, boolean nothingLeft) {
    ProbeCompleted.Outcome outcome =
        failure == null
            ? ProbeCompleted.Outcome.PASSED
            : failure.isEnd() ? ProbeCompleted.Outcome.CANCELLED : ProbeCompleted.Outcome.FAILED;
    return new ProbeCompleted(
        request.id(),
        request.partner(),
        mailbox.uri(),
        request.kind(),
        outcome,
        startedAt,
        millisSince(begin),
        new ArrayList<>(stages.values()),
        diagnosis,
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
