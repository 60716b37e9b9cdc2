package dev.concordat.simulator.skype;

import dev.concordat.contracts.Json;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.HttpCall;
import dev.concordat.simulator.Product;
import dev.concordat.simulator.faults.Effect;
import dev.concordat.simulator.trust.Assumptions;
import dev.concordat.simulator.trust.Directory;
import dev.concordat.simulator.trust.MetadataDocuments;
import dev.concordat.simulator.trust.PartnerApplication;
import dev.concordat.simulator.trust.Rights;
import dev.concordat.simulator.trust.ServerIdentity;
import dev.concordat.simulator.trust.TokenCheck;
import dev.concordat.simulator.trust.TokenCheck.Outcome;
import dev.concordat.simulator.trust.TrustView;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The simulated Skype for Business. Its challenges are as captured from UCWA. What it answers to
 * server-to-server tokens was seen nowhere: the resource below {@code /ucwa} that tells who was let
 * in, and the error ids of its refusals (28032 and 28033, as its web ticket service has them) are
 * assumed.
 */
public final class SkypeForBusiness implements Product {

  private static final String WEB_TICKET_INVALID = "28032";
  private static final String WEB_TICKET_EXPIRED = "28033";

  private final ServerIdentity server;
  private final Supplier<TrustView> trust;
  private final TokenCheck check;
  private final Directory directory;
  private final Assumptions assumptions;

  public SkypeForBusiness(
      ServerIdentity server,
      Supplier<TrustView> trust,
      Directory directory,
      Assumptions assumptions) {
    this.server = server;
    this.trust = trust;
    this.directory = directory;
    this.assumptions = assumptions;
    check = new TokenCheck(server, trust);
  }

  @Override
  public Set<String> hosts() {
    return Set.copyOf(server.hosts());
  }

  @Override
  public Map<String, String> signature() {
    return Map.of("X-MS-Server-Fqdn", server.metadataHost());
  }

  @Override
  public HttpAnswer answer(HttpCall call) {
    String path = call.foldedPath();
    if (path.equals("/metadata/json/1")) {
      return MetadataDocuments.answer(server, call);
    }
    return path.startsWith("/ucwa/") || path.startsWith("/autodiscover/autodiscoverservice.svc")
        ? let(call)
        : HttpAnswer.empty(404);
  }

  private HttpAnswer let(HttpCall call) {
    if (call.effect(Effect.NoOAuth.class).isPresent()) {
      return HttpAnswer.empty(401).with("WWW-Authenticate", ticketService(call));
    }
    Outcome outcome = check.check(call.header("Authorization"), call.authority(), call.at());
    var asked = call.effect(Effect.TokenRefused.class);
    if (asked.isPresent() && outcome instanceof Outcome.Held) {
      return refused(
          call, asked.get().code() == null ? null : asked.get().code() + "", asked.get().reason());
    }
    return switch (outcome) {
      case Outcome.Anonymous _, Outcome.EmptyBearer _ -> challenge(call);
      case Outcome.Refused(Refusal refusal, _) ->
          refused(
              call,
              refusal.rule() == Rule.EXP ? WEB_TICKET_EXPIRED : WEB_TICKET_INVALID,
              "The token is not valid: " + refusal.rule().code() + ".");
      case Outcome.Held(Accepted accepted, PartnerApplication application) ->
          admitted(call, accepted, application);
    };
  }

  private HttpAnswer admitted(HttpCall call, Accepted accepted, PartnerApplication application) {
    if (!(application.rights() instanceof Rights.AtSkype(var level, boolean sids))
        || accepted.within(level) instanceof Refusal) {
      return refused(
          call, WEB_TICKET_INVALID, "The application's trust level does not permit this.");
    }
    UserClaims claims = accepted.user();
    if (claims == null) {
      return told(accepted.actor().application(), null);
    }
    return directory.find(claims, sids) instanceof Directory.Named.User(var user)
        ? told(accepted.actor().application(), "sip:" + user.address())
        : refused(call, WEB_TICKET_INVALID, "The user is not known.");
  }

  private static HttpAnswer told(PrincipalName application, @Nullable String user) {
    var body = Json.mapper().createObjectNode();
    body.put("application", application.toString());
    body.put("user", user);
    return HttpAnswer.json(200, body.toString());
  }

  private HttpAnswer refused(HttpCall call, @Nullable String errorId, String reason) {
    HttpAnswer answer = challenge(call);
    return errorId == null || !assumptions.ownDiagnostics()
        ? answer
        : answer.with(
            "X-Ms-diagnostics",
            "%s;source=\"%s\";reason=\"%s\"".formatted(errorId, server.metadataHost(), reason));
  }

  private HttpAnswer challenge(HttpCall call) {
    String issuers =
        trust.get().trustedIssuers().stream()
            .map(PrincipalName::toString)
            .collect(Collectors.joining(","));
    return HttpAnswer.empty(401)
        .with("Content-Type", "text/html")
        .with(
            "WWW-Authenticate",
            "Bearer trusted_issuers=\"%s\", client_id=\"%s\""
                .formatted(issuers, server.kind().applicationIdentifier()))
        .with("WWW-Authenticate", ticketService(call));
  }

  private static String ticketService(HttpCall call) {
    return "MsRtcOAuth href=\"https://%s/WebTicket/oauthtoken\",grant_type=\"urn:microsoft.rtc:windows,urn:microsoft.rtc:anonmeeting,password\""
        .formatted(call.authority());
  }
}
