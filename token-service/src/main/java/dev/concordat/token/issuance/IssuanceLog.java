package dev.concordat.token.issuance;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.rules.User;
import dev.concordat.token.rules.Verdict;
import dev.concordat.token.signing.ActorTokens.Obtained;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who got a token, for which partner and as whom: a line each in the log category {@value
 * #CATEGORY}, and a counter. Never the token.
 */
@Singleton
public class IssuanceLog {

  /** The log category of the audit lines. */
  public static final String CATEGORY = "dev.concordat.audit";

  private static final Logger AUDIT = Logger.getLogger(CATEGORY);
  private static final int LONGEST_VALUE = 320;

  private final MeterRegistry metrics;

  @Inject
  IssuanceLog(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  void issued(Client client, Verdict.Granted granted, Obtained obtained) {
    User user = granted.user();
    String source = obtained.fresh() ? "fresh" : "cached";
    count(granted.partner().kind(), user != null, source);
    AUDIT.infof(
        "token issued client=%s partner=%s as=%s audience=%s key=%s source=%s expires=%s",
        quoted(client.name()),
        quoted(granted.partner().name()),
        user == null ? "application" : quoted(user.sip().uri()),
        quoted(granted.actor().audience().toString()),
        obtained.signed().keyId(),
        source,
        obtained.signed().times().expires());
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

  /** Notes a client that did not prove who it is. */
  public void unproved(String reason) {
    count(null, false, "unproved-client");
    AUDIT.warnf("client refused reason=%s", quoted(reason));
  }

  private void count(@Nullable PartnerKind kind, boolean forUser, String outcome) {
    metrics
        .counter(
            "concordat.tokens",
            "partner_kind",
            kind == null ? "unknown" : kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
            "token",
            forUser ? "user" : "actor",
            "outcome",
            outcome)
        .increment();
  }

  /** A value from outside can neither end its quotes nor begin a line of its own. */
  private static String quoted(String value) {
    String bounded = value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) : value;
    var clean = new StringBuilder(bounded.length() + 2).append('"');
    bounded
        .codePoints()
        .map(it -> it == '"' || it == '\\' || Character.isISOControl(it) ? '_' : it)
        .map(
            it ->
                Character.getType(it) == Character.LINE_SEPARATOR
                        || Character.getType(it) == Character.PARAGRAPH_SEPARATOR
                    ? '_'
                    : it)
        .forEach(clean::appendCodePoint);
    return clean.append('"').toString();
  }
}
