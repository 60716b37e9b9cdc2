package dev.concordat.token.issuance;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.token.audit.AuditLine;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.rules.User;
import dev.concordat.token.rules.Verdict;
import dev.concordat.token.signing.Obtained;
import dev.concordat.token.signing.SignedToken;
import dev.concordat.token.tokenservers.NoToken;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Who got a token, for which partner and as whom: a line in the audit log, and a counter. Never the
 * token.
 *
 * <p>The same token handed out again to the same client for the same user is counted, and gets a
 * line of its own with the number of times a second later: at full load a line for each would cost
 * more than the token does.
 */
@Singleton
public class IssuanceLog {

  private static final int MOST_AT_ONCE = 20_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String FRESH = "fresh";
  private static final String CACHED = "cached";

  private final IssuanceMetrics metrics;
  private final ConcurrentMap<HandedOut, Integer> again = new ConcurrentHashMap<>();
  private final Thread writer;

  /** A token in the hands of a client. */
  private record HandedOut(
      String client, String partner, @Nullable User user, SignedToken signed) {}

  @Inject
  IssuanceLog(IssuanceMetrics metrics) {
    this.metrics = metrics;
    writer = Thread.ofVirtual().name("audit").start(this::writeAgain);
  }

  void issued(Client client, PartnerRegistered partner, @Nullable User user, Obtained<?> obtained) {
    SignedToken signed = obtained.signed();
    String source = obtained.fresh() ? FRESH : CACHED;
    metrics.count(partner, TokenKind.of(signed, user), source);
    var handedOut = new HandedOut(client.name(), partner.name(), user, signed);
    if (obtained.fresh() || again.size() >= MOST_AT_ONCE) {
      write(handedOut, source, 1);
    } else if (again.merge(handedOut, 0, (before, _) -> before + 1) == 0) {
      write(handedOut, CACHED, 1);
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
        write(handedOut, CACHED, times);
      }
    }
  }

  @PreDestroy
  void close() {
    writer.interrupt();
    writeCounted();
  }

  private static void write(HandedOut token, String source, int times) {
    var line =
        AuditLine.of("token issued")
            .quoted("client", token.client())
            .quoted("partner", token.partner());
    User user = token.user();
    if (user == null) {
      line.with("as", "application");
    } else {
      line.quoted("as", user.shown());
    }
    line.quoted("audience", token.signed().audience())
        .with("key", token.signed().keyId())
        .with("source", source)
        .with("times", times)
        .with("expires", token.signed().times().expires())
        .info();
  }

  void refused(
      Client client,
      TokenRequest request,
      @Nullable PartnerRegistered partner,
      Verdict.Refused refused) {
    metrics.count(partner, TokenKind.asked(partner, request), refused.reason().code());
    AuditLine.of("token refused")
        .quoted("client", client.name())
        .quoted("partner", request.partner())
        .with("reason", refused.reason().code())
        .warn();
  }

  void unobtained(Client client, Verdict.Granted granted, NoToken why) {
    metrics.count(
        granted.partner(),
        granted.acting() == null ? TokenKind.ACTOR : TokenKind.USER,
        "token-server-failed");
    AuditLine.of("token not obtained")
        .quoted("client", client.name())
        .quoted("partner", granted.partner().name())
        .quoted("reason", String.valueOf(why.getMessage()))
        .warn();
  }

  /** Notes a client that did not prove who it is. */
  public void unproved(String reason) {
    metrics.count(null, TokenKind.ACTOR, "unproved-client");
    AuditLine.of("client refused").quoted("reason", reason).warn();
  }
}
