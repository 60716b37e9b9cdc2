package dev.concordat.token.issuance;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.rules.User;
import dev.concordat.token.rules.Verdict;
import dev.concordat.token.signing.ActorTokens.Obtained;
import dev.concordat.token.signing.SignedActorToken;
import dev.concordat.token.tokenservers.NoToken;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who got a token, for which partner and as whom: a line in the log category {@value #CATEGORY},
 * and a counter. Never the token.
 *
 * <p>The same token handed out again to the same client for the same user is counted, and gets a
 * line of its own with the number of times a second later: at full load a line for each would cost
 * more than the token does.
 */
@Singleton
public class IssuanceLog {

  /** The log category of the audit lines. */
  public static final String CATEGORY = "dev.concordat.audit";

  private static final Logger AUDIT = Logger.getLogger(CATEGORY);
  private static final int LONGEST_VALUE = 320;
  private static final int MOST_AT_ONCE = 20_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final MeterRegistry metrics;
  private final ConcurrentMap<Outcomes, Counter> counters = new ConcurrentHashMap<>();
  private final ConcurrentMap<HandedOut, Integer> again = new ConcurrentHashMap<>();
  private final Thread writer;

  private record Outcomes(@Nullable PartnerKind kind, boolean forUser, String outcome) {}

  /** A token in the hands of a client. */
  private record HandedOut(
      String client, String partner, @Nullable User user, SignedActorToken actor) {}

  @Inject
  IssuanceLog(MeterRegistry metrics) {
    this.metrics = metrics;
    writer = Thread.ofVirtual().name("audit").start(this::writeAgain);
  }

  void issued(Client client, Verdict.Granted granted, Obtained obtained) {
    Verdict.Acting acting = granted.acting();
    count(granted.partner().kind(), acting != null, obtained.fresh() ? "fresh" : "cached");
    var handedOut =
        new HandedOut(
            client.name(),
            granted.partner().name(),
            acting == null ? null : acting.user(),
            obtained.signed());
    if (obtained.fresh() || again.size() >= MOST_AT_ONCE) {
      write(handedOut, obtained.fresh() ? "fresh" : "cached", 1);
    } else if (again.merge(handedOut, 0, (before, _) -> before + 1) == 0) {
      write(handedOut, "cached", 1);
    }
  }

  private void writeAgain() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(PAUSE);
        writeCounted();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeCounted() {
    for (HandedOut handedOut : again.keySet()) {
      Integer times = again.remove(handedOut);
      if (times != null && times > 0) {
        write(handedOut, "cached", times);
      }
    }
  }

  @PreDestroy
  void close() {
    writer.interrupt();
    writeCounted();
  }

  private static void write(HandedOut token, String source, int times) {
    User user = token.user();
    var line = new StringBuilder(320).append("token issued client=");
    quoted(line, token.client());
    quoted(line.append(" partner="), token.partner());
    line.append(" as=");
    if (user == null) {
      line.append("application");
    } else {
      quoted(line, user.shown());
    }
    quoted(line.append(" audience="), token.actor().claims().audience().toString());
    line.append(" key=").append(token.actor().keyId());
    line.append(" source=").append(source);
    line.append(" times=").append(times);
    line.append(" expires=").append(token.actor().times().expires());
    AUDIT.info(line);
  }

  void refused(
      Client client,
      TokenRequest request,
      @Nullable PartnerRegistered partner,
      Verdict.Refused refused) {
    count(partner == null ? null : partner.kind(), request.user() != null, refused.reason().code());
    AUDIT.warnf(
        "token refused client=%s partner=%s reason=%s",
        quoted(client.name()), quoted(request.partner()), refused.reason().code());
  }

  void unobtained(Client client, Verdict.Granted granted, NoToken why) {
    count(granted.partner().kind(), granted.acting() != null, "token-server-failed");
    AUDIT.warnf(
        "token not obtained client=%s partner=%s reason=%s",
        quoted(client.name()),
        quoted(granted.partner().name()),
        quoted(String.valueOf(why.getMessage())));
  }

  /** Notes a client that did not prove who it is. */
  public void unproved(String reason) {
    count(null, false, "unproved-client");
    AUDIT.warnf("client refused reason=%s", quoted(reason));
  }

  private void count(@Nullable PartnerKind kind, boolean forUser, String outcome) {
    counters.computeIfAbsent(new Outcomes(kind, forUser, outcome), this::counter).increment();
  }

  private Counter counter(Outcomes outcomes) {
    PartnerKind kind = outcomes.kind();
    return metrics.counter(
        "concordat.tokens",
        "partner_kind",
        kind == null ? "unknown" : kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
        "token",
        outcomes.forUser() ? "user" : "actor",
        "outcome",
        outcomes.outcome());
  }

  private static String quoted(String value) {
    var text = new StringBuilder(value.length() + 2);
    quoted(text, value);
    return text.toString();
  }

  /** A value from outside can neither end its quotes nor begin a line of its own. */
  private static void quoted(StringBuilder line, String value) {
    line.append('"');
    int end = Math.min(value.length(), LONGEST_VALUE);
    for (int i = 0; i < end; i++) {
      char it = value.charAt(i);
      boolean harmful =
          it == '"' || it == '\\' || it == '\u2028' || it == '\u2029' || Character.isISOControl(it);
      line.append(harmful ? '_' : it);
    }
    line.append('"');
  }
}
