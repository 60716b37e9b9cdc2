package dev.concordat.probe.running;

import dev.concordat.contracts.events.ProbeCompleted.TokenSource;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Observation;
import dev.concordat.diagnosis.Reply;
import dev.concordat.diagnosis.Shown;
import dev.concordat.diagnosis.Unreached;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.outbound.Limits;
import dev.concordat.outbound.OutboundAnswer;
import dev.concordat.outbound.OutboundFailure;
import dev.concordat.outbound.OutboundRequest;
import dev.concordat.probe.exchange.Ews;
import dev.concordat.probe.progress.ProbeWatch;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one probe and a partner's servers say to each other. Every request goes through here, within
 * the probe's time; what was seen is noted. A token is asked for once for each host, since a token
 * names the host that it is for (MS-XOAUTH 2.2).
 */
final class Conversation {

  private static final String XML = "text/xml; charset=utf-8";
  private static final List<String> KEPT_HEADERS =
      List.of(
          "location",
          "retry-after",
          "server",
          "x-feserver",
          "x-beserver",
          "x-caserrorcode",
          "request-id");

  /** A probe that is asked to wait for longer fails instead, and says so. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final GuardedHttp http;
  private final TokenClient tokenClient;
  private final RunSettings settings;
  private final InstantSource clock;
  private final ProbeWatch watch;
  private final String partner;
  private final SipAddress user;
  private final @Nullable String signingKey;
  private final boolean freshTokens;
  private final Throttles throttles;
  private final @Nullable String caBundle;
  private final boolean allowHttp;

  private final Map<String, TokenClient.Outcome.Token> tokens = new HashMap<>();
  private final List<Observation> seen = new ArrayList<>();
  private TokenClient.Outcome.@Nullable Token lastToken;
  private Deadline deadline;
  private @Nullable Integer lastStatus;
  private @Nullable Instant theirTime;

  /**
   * @param signingKey the key that must sign the tokens; absent for the one that signs now
   * @param freshTokens whether tokens are to be signed afresh
   * @param caBundle further authorities that the partner's servers may chain to
   * @param allowHttp whether the partner may be called by plain http
   */
  Conversation(
      RunContext context,
      ProbeWatch watch,
      String partner,
      SipAddress user,
      @Nullable String signingKey,
      boolean freshTokens,
      @Nullable String caBundle,
      boolean allowHttp) {
    http = context.http();
    tokenClient = context.tokenClient();
    settings = context.settings();
    clock = context.clock();
    this.watch = watch;
    throttles = context.throttles();
    this.partner = partner;
    this.user = user;
    this.signingKey = signingKey;
    this.freshTokens = freshTokens;
    this.caBundle = caBundle;
    this.allowHttp = allowHttp;
    deadline = Deadline.in(settings.timeLimit());
  }

  /** Everything seen so far. */
  List<Observation> seen() {
    return List.copyOf(seen);
  }

  /** Notes something that was seen otherwise than by a request. */
  <T extends Observation> T note(T observation) {
    seen.add(observation);
    return observation;
  }

  /** The status of the last answer since this was last asked. */
  @Nullable Integer takeStatus() {
    Integer status = lastStatus;
    lastStatus = null;
    return status;
  }

  /** Puts back what was taken, where a later request is not the one that counts. */
  void giveStatus(@Nullable Integer status) {
    lastStatus = status;
  }

  /** The partner's clock as it last told it, else ours. */
  Instant theirTime() {
    Instant told = theirTime;
    return told == null ? clock.instant() : told;
  }

  /** The key that signed the last token. */
  Optional<String> signingKey() {
    return Optional.ofNullable(lastToken).map(it -> it.seen().signingKey());
  }

  /** Where the last token came from. */
  Optional<TokenSource> tokenSource() {
    return Optional.ofNullable(lastToken)
        .map(it -> it.seen().fresh() ? TokenSource.FRESH : TokenSource.CACHED);
  }

  /** From now on there is this much time, whatever was left. */
  void extend(Duration time) {
    deadline = Deadline.in(time);
  }

  /** Has a token for this URL's host, asked for if there is none yet. */
  TokenClient.Outcome.Token token(URI url) throws StageFailed {
    var had = tokens.get(host(url));
    return had == null ? newToken(url, freshTokens) : had;
  }

  private TokenClient.Outcome.Token newToken(URI url, boolean fresh) throws StageFailed {
    return switch (tokenClient.userToken(partner, user, url, signingKey, fresh, timeForRequest())) {
      case TokenClient.Outcome.Token token -> {
        note(token.seen());
        tokens.put(host(url), token);
        lastToken = token;
        yield token;
      }
      case TokenClient.Outcome.None(Observation why) -> {
        note(why);
        if (why instanceof Observation.TokenRefused refused) {
          lastStatus = refused.status();
        }
        requireNotCancelled();
        throw new StageFailed(why);
      }
    };
  }

  private static String host(URI url) {
    return url.getRawAuthority().toLowerCase(Locale.ROOT);
  }

  /** An operation of EWS that must succeed. */
  Ews.Answer ews(Call call, URI url, String mailbox, byte[] request) throws StageFailed {
    OutboundAnswer raw = authorized(call, url, mailbox, request);
    Ews.Answer answer = Ews.read(raw.body());
    if (answer.reply() instanceof Reply.Refused(_, _, Long backOff)
        && backOff != null
        && waited(Duration.ofMillis(backOff))) {
      raw = authorized(call, url, mailbox, request);
      answer = Ews.read(raw.body());
    }
    Observation.Answered answered = answered(call, raw, answer.reply());
    if (raw.status() == 200 && answer.reply() instanceof Reply.Done) {
      return answer;
    }
    throw new StageFailed(answered);
  }

  /** A POST with a token; the answer still has to be noted with {@link #answered}. */
  OutboundAnswer authorized(Call call, URI url, String mailbox, byte[] request) throws StageFailed {
    TokenClient.Outcome.Token token = token(url);
    OutboundAnswer answer = post(call, url, mailbox, request, "Bearer " + token.value());
    if (answer.status() == 401 && !token.seen().fresh()) {
      // A cached token that is refused is no verdict: it may be older than what was mended.
      return post(call, url, mailbox, request, "Bearer " + newToken(url, true).value());
    }
    return answer;
  }

  /** A POST; the answer still has to be noted with {@link #answered}. */
  OutboundAnswer post(
      Call call, URI url, String mailbox, byte[] request, @Nullable String authorization)
      throws StageFailed {
    // Skype for Business itself calls Exchange over HTTP/1.1, and a probe meets what it would meet;
    // for one request after another that is also a third less work than HTTP/2.
    var post =
        OutboundRequest.post(url, XML, request)
            .headers(
                Map.of(
                    "Accept",
                    "text/xml",
                    // An answer is a few kilobytes: packing them costs both sides more.
                    "Accept-Encoding",
                    "identity",
                    // Without it the vendor warns of 500, 503 and doubled latency.
                    "X-AnchorMailbox",
                    mailbox,
                    "User-Agent",
                    "Concordat-Probe",
                    "client-request-id",
                    UUID.randomUUID().toString(),
                    "return-client-request-id",
                    "true"))
            .overHttp1()
            .allowingHttp(allowHttp)
            .trusting(caBundle);
    return send(call, authorization == null ? post : post.header("Authorization", authorization));
  }

  /** An anonymous GET, over plain http where the URL says so. */
  OutboundAnswer getAnonymously(Call call, URI url) throws StageFailed {
    return send(call, OutboundRequest.get(url).allowingHttp(true).trusting(caBundle));
  }

  private OutboundAnswer send(Call call, OutboundRequest request) throws StageFailed {
    OutboundAnswer answer = sendAgain(call, request);
    Optional<Duration> pause = retryAfter(answer);
    if (pause.isPresent() && waited(pause.get())) {
      answer = sendAgain(call, request);
    }
    lastStatus = answer.status();
    return answer;
  }

  /**
   * A server may close a kept connection just when it is used again; that is no failure. What
   * writes is not sent twice from here.
   */
  private OutboundAnswer sendAgain(Call call, OutboundRequest request) throws StageFailed {
    try {
      return sendOnce(call, request);
    } catch (StageFailed failed) {
      if (call == Call.CREATE_ITEM
          || !(failed.decisive() instanceof Observation.Unanswered unanswered)
          || !(unanswered.reason() instanceof Unreached.ConnectionLost)) {
        throw failed;
      }
      seen.remove(failed.decisive());
      return sendOnce(call, request);
    }
  }

  private OutboundAnswer sendOnce(Call call, OutboundRequest request) throws StageFailed {
    try {
      OutboundAnswer answer =
          http.send(request.within(new Limits(timeForRequest(), settings.answerBytes())));
      watch.exchanged(() -> Exchanges.answered(call, answer));
      return answer;
    } catch (OutboundFailure e) {
      var unanswered =
          note(
              new Observation.Unanswered(
                  call, request.uri(), Failures.unreached(e.reason()), e.sentence()));
      watch.exchanged(() -> Exchanges.unanswered(call, request.uri(), e));
      requireNotCancelled();
      if (e.reason() instanceof OutboundFailure.Reason.TimedOut && deadline.passed()) {
        throw new StageFailed(note(new Observation.OutOfTime(settings.timeLimit())));
      }
      throw new StageFailed(unanswered);
    }
  }

  /** A GET whose failure is noted as what it tells, not as what the probe failed by. */
  OutboundAnswer getForProof(Call call, URI url) throws StageFailed {
    try {
      return sendOnce(call, OutboundRequest.get(url).allowingHttp(true).trusting(caBundle));
    } catch (StageFailed failed) {
      seen.remove(failed.decisive());
      throw failed;
    }
  }

  /** The part of the last token that is signed. */
  Optional<S2SToken> lastSignedToken() {
    return Optional.ofNullable(lastToken)
        .map(it -> S2SToken.parse(it.value()))
        .filter(S2SToken.class::isInstance)
        .map(it -> ((S2SToken) it).signedToken());
  }

  /** How long a busy server wants to be left alone (RFC 9110 10.2.3, seconds only). */
  private static Optional<Duration> retryAfter(OutboundAnswer answer) {
    return answer.status() == 503 || answer.status() == 429
        ? answer
            .header("retry-after")
            .map(String::strip)
            .filter(it -> it.matches("[0-9]{1,9}"))
            .map(it -> Duration.ofSeconds(Long.parseLong(it)))
        : Optional.empty();
  }

  /**
   * Leaves the partner alone for a while, as it asked for, and tells the other probes.
   *
   * @return whether that was short enough to go on afterwards
   */
  private boolean waited(Duration asked) throws StageFailed {
    Duration pause = throttles.pause(partner, asked);
    if (pause.compareTo(LONGEST_WAIT) > 0 || pause.compareTo(deadline.left().dividedBy(2)) > 0) {
      return false;
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      requireNotCancelled();
    }
    return true;
  }

  /** Notes an answer. */
  Observation.Answered answered(Call call, OutboundAnswer raw, Reply reply) {
    var headers = new HashMap<String, String>();
    for (String name : KEPT_HEADERS) {
      raw.header(name).ifPresent(value -> headers.put(name, Shown.text(value)));
    }
    Instant date = raw.header("date").flatMap(Conversation::date).orElse(null);
    if (date != null) {
      theirTime = date;
    }
    return note(
        new Observation.Answered(
            call,
            raw.uri(),
            raw.status(),
            reply,
            raw.all("www-authenticate"),
            raw.all("x-ms-diagnostics"),
            headers,
            date,
            clock.instant()));
  }

  private Duration timeForRequest() throws StageFailed {
    requireNotCancelled();
    Duration left = deadline.left();
    if (!left.isPositive()) {
      throw new StageFailed(note(new Observation.OutOfTime(settings.timeLimit())));
    }
    return left.compareTo(settings.requestTime()) < 0 ? left : settings.requestTime();
  }

  private void requireNotCancelled() throws StageFailed {
    if (Thread.currentThread().isInterrupted()) {
      throw new StageFailed(note(new Observation.Cancelled()));
    }
  }

  private static Optional<Instant> date(String header) {
    try {
      return Optional.of(
          ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
