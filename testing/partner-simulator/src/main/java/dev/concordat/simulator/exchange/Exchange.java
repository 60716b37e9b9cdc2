package dev.concordat.simulator.exchange;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.HttpCall;
import dev.concordat.simulator.Placeholders;
import dev.concordat.simulator.Product;
import dev.concordat.simulator.autodiscover.Autodiscover;
import dev.concordat.simulator.ews.ExchangeWebServices;
import dev.concordat.simulator.faults.Effect;
import dev.concordat.simulator.trust.Admission;
import dev.concordat.simulator.trust.Admission.Diagnostics;
import dev.concordat.simulator.trust.Assumptions;
import dev.concordat.simulator.trust.ExchangeRefusals;
import dev.concordat.simulator.trust.MetadataDocuments;
import dev.concordat.simulator.trust.ServerIdentity;
import dev.concordat.simulator.trust.TokenCheck;
import dev.concordat.simulator.trust.TokenGate;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The simulated Exchange: Autodiscover, Exchange Web Services and the metadata document. */
public final class Exchange implements Product {

  /** Seen also in answers to an empty {@code Bearer} (trust.md 5.2). */
  private static final Integer OAUTH_NOT_AVAILABLE = 4000000;

  private final ServerIdentity server;
  private final TokenGate gate;
  private final ExchangeRefusals refusals;
  private final Assumptions assumptions;
  private final String ewsUrl;
  private final Function<String, Autodiscover> autodiscover;
  private final ExchangeWebServices webServices;

  /**
   * @param ewsUrl where its Exchange Web Services are
   * @param autodiscover makes the Autodiscover that tells an EWS URL
   */
  public Exchange(
      ServerIdentity server,
      TokenGate gate,
      ExchangeRefusals refusals,
      Assumptions assumptions,
      String ewsUrl,
      Function<String, Autodiscover> autodiscover,
      ExchangeWebServices webServices) {
    this.server = server;
    this.gate = gate;
    this.refusals = refusals;
    this.assumptions = assumptions;
    this.ewsUrl = ewsUrl;
    this.autodiscover = autodiscover;
    this.webServices = webServices;
  }

  @Override
  public Set<String> hosts() {
    return Set.copyOf(server.hosts());
  }

  @Override
  public Map<String, String> signature() {
    return Map.of("X-FEServer", "ATL-EXCHANGE-001");
  }

  @Override
  public HttpAnswer answer(HttpCall call) {
    String path = call.foldedPath();
    if (path.equals("/autodiscover/metadata/json/1")) {
      return MetadataDocuments.answer(server, call);
    }
    if (path.startsWith("/autodiscover/autodiscover.json")) {
      String inPath = call.path().substring(call.path().lastIndexOf('/') + 1);
      return telling(call)
          .json(
              inPath.contains("@") ? inPath : call.parameter("Email"), call.parameter("Protocol"));
    }
    return switch (path) {
      case "/autodiscover/autodiscover.svc" ->
          admitted(
              call,
              _ -> FaultyAutodiscover.soap(call).orElseGet(() -> telling(call).soap(call.bytes())));
      case "/autodiscover/autodiscover.xml" ->
          admitted(
              call,
              _ -> FaultyAutodiscover.pox(call).orElseGet(() -> telling(call).pox(call.bytes())));
      case "/ews/exchange.asmx" ->
          FaultyEws.instead(call)
              .orElseGet(
                  () ->
                      admitted(
                          call,
                          admission ->
                              FaultyEws.changed(
                                  call, webServices.answer(call.bytes(), admission))));
      default -> HttpAnswer.empty(404);
    };
  }

  private Autodiscover telling(HttpCall call) {
    return autodiscover.apply(
        call.effect(Effect.EwsUrl.class)
            .map(it -> Placeholders.fill(it.url(), call))
            .orElse(ewsUrl));
  }

  private HttpAnswer admitted(HttpCall call, Function<Admission, HttpAnswer> serve) {
    if (call.effect(Effect.NoOAuth.class).isPresent()) {
      return challenge(call, null, false);
    }
    String authorization = call.header("Authorization");
    boolean token = TokenCheck.hasToken(authorization);
    Optional<Effect.TokenRefused> refused = call.effect(Effect.TokenRefused.class);
    if (refused.isPresent() && (token || OAUTH_NOT_AVAILABLE.equals(refused.get().code()))) {
      return refused(call, refused.get());
    }
    if (token && call.effect(Effect.KnownAs.class).isPresent()) {
      return challenge(call, refusals.issuerUnknown(authorization), true);
    }
    Admission admission = gate.admit(authorization, call.authority(), call.at());
    if (admission instanceof Admission.Refused(Diagnostics diagnostics)) {
      return challenge(
          call, diagnostics, authorization != null || assumptions.anonymousChallenge());
    }
    return call.method().equals("POST") ? serve.apply(admission) : HttpAnswer.empty(405);
  }

  private HttpAnswer refused(HttpCall call, Effect.TokenRefused it) {
    Integer code = it.code();
    return challenge(
        call,
        code == null
            ? null
            : new Diagnostics(code, Placeholders.fill(it.reason(), call), it.category()),
        true);
  }

  private HttpAnswer challenge(
      HttpCall call, @Nullable Diagnostics diagnostics, boolean oauthOffered) {
    HttpAnswer answer =
        HttpAnswer.empty(401)
            .with("X-SOAP-Enabled", "True")
            .with("X-WSSecurity-Enabled", "True")
            .with("X-OAuth-Enabled", "True");
    boolean refused = TokenCheck.hasToken(call.header("Authorization"));
    for (String challenge :
        refusals.challenges(
            refused,
            oauthOffered,
            call.effect(Effect.KnownAs.class).map(Effect.KnownAs::wrongly).orElse(null))) {
      answer = answer.with("WWW-Authenticate", challenge);
    }
    return diagnostics == null
        ? answer
        : answer.with("x-ms-diagnostics", Objects.requireNonNull(diagnostics).header());
  }
}
