package dev.concordat.simulator;

import dev.concordat.simulator.autodiscover.Autodiscover;
import dev.concordat.simulator.ews.ExchangeWebServices;
import dev.concordat.simulator.trust.Admission;
import dev.concordat.simulator.trust.Admission.Diagnostics;
import dev.concordat.simulator.trust.ExchangeIdentity;
import dev.concordat.simulator.trust.TokenGate;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The HTTPS front of the simulated Exchange: lets callers in or challenges them, meets the faults
 * that are set, and hands requests to the protocol that they are for. Paths match in any case, as
 * in IIS.
 */
final class ExchangeFront {

  private static final int LARGEST_REQUEST = 4 * 1024 * 1024;
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final ExchangeIdentity identity;
  private final TokenGate gate;
  private final Fault.Faults faults;
  private final RequestLog log;
  private final InstantSource clock;
  private volatile @Nullable Autodiscover autodiscover;
  private volatile @Nullable ExchangeWebServices ews;

  ExchangeFront(
      ExchangeIdentity identity,
      TokenGate gate,
      Fault.Faults faults,
      RequestLog log,
      InstantSource clock) {
    this.identity = identity;
    this.gate = gate;
    this.faults = faults;
    this.log = log;
    this.clock = clock;
  }

  void serve(Autodiscover autodiscoverProtocol, ExchangeWebServices webServices) {
    autodiscover = autodiscoverProtocol;
    ews = webServices;
  }

  Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    router.route().handler(BodyHandler.create(false).setBodyLimit(LARGEST_REQUEST));
    router.route().handler(this::handle);
    router
        .route()
        .failureHandler(
            context -> {
              int status = context.statusCode() < 400 ? 500 : context.statusCode();
              context.response().setStatusCode(status).end();
            });
    return router;
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    String authority =
        request.authority() == null ? "" : request.authority().toString().toLowerCase(Locale.ROOT);
    String host = authority.replaceFirst(":\\d+$", "");
    String called = authority.endsWith(":443") ? host : authority;
    String path = request.path() == null ? "/" : request.path();
    Buffer buffer = context.body().buffer();
    byte[] body = buffer == null ? new byte[0] : buffer.getBytes();
    boolean forEws = path.equalsIgnoreCase("/EWS/Exchange.asmx");
    Optional<String> operation =
        forEws && body.length > 0 ? ExchangeWebServices.operation(body) : Optional.empty();
    Optional<Fault> fault =
        faults.meet(
            new Fault.Request(
                host,
                path,
                operation,
                Objects.requireNonNullElse(request.getHeader("X-AnchorMailbox"), "")));
    Runnable answering =
        () -> {
          HttpAnswer answer = answer(request, host, called, path, body, fault);
          log.add(
              request.method().name(),
              authority,
              path,
              operation,
              answer.status(),
              request.getHeader("Authorization"));
          send(context.response(), request, answer, fault);
        };
    Integer delay = fault.map(Fault::delayMs).orElse(null);
    if (delay != null && delay > 0) {
      context.vertx().setTimer(delay, _ -> answering.run());
    } else {
      answering.run();
    }
  }

  private HttpAnswer answer(
      HttpServerRequest request,
      String host,
      String called,
      String path,
      byte[] body,
      Optional<Fault> fault) {
    Optional<HttpAnswer> faulty = fault.flatMap(it -> faultyAnswer(it));
    if (faulty.isPresent()) {
      return faulty.get();
    }
    Autodiscover discovering = autodiscover;
    ExchangeWebServices serving = ews;
    if (discovering == null || serving == null) {
      return HttpAnswer.empty(503);
    }
    if (!identity.hosts().contains(host)) {
      return HttpAnswer.empty(404);
    }
    String folded = path.toLowerCase(Locale.ROOT);
    if (folded.equals("/autodiscover/metadata/json/1")) {
      return new HttpAnswer(
          200,
          Map.of("Content-Type", List.of("application/json; charset=utf-8")),
          new String(identity.document("https://" + called), StandardCharsets.UTF_8));
    }
    if (folded.startsWith("/autodiscover/autodiscover.json")) {
      String inPath = path.substring(path.lastIndexOf('/') + 1);
      String address =
          inPath.contains("@") ? inPath : Objects.requireNonNullElse(request.getParam("Email"), "");
      return discovering.json(
          address, Objects.requireNonNullElse(request.getParam("Protocol"), ""));
    }
    boolean svc = folded.equals("/autodiscover/autodiscover.svc");
    boolean pox = folded.equals("/autodiscover/autodiscover.xml");
    boolean forEws = folded.equals("/ews/exchange.asmx");
    if (!svc && !pox && !forEws) {
      return HttpAnswer.empty(404);
    }
    Admission admission = gate.admit(request.getHeader("Authorization"), called);
    if (admission instanceof Admission.Refused(Diagnostics diagnostics)) {
      boolean offered = fault.map(it -> !Boolean.TRUE.equals(it.dropOAuthChallenge())).orElse(true);
      return challenge(diagnostics, offered);
    }
    if (!request.method().name().equals("POST")) {
      return HttpAnswer.empty(405);
    }
    return svc
        ? discovering.soap(body)
        : pox ? discovering.pox(body) : serving.answer(body, admission);
  }

  private Optional<HttpAnswer> faultyAnswer(Fault fault) {
    Integer diagnosticsCode = fault.diagnosticsCode();
    if (diagnosticsCode != null) {
      String reason = Objects.requireNonNullElse(fault.diagnosticsReason(), "As was asked for.");
      return Optional.of(
          challenge(new Diagnostics(diagnosticsCode, reason, category(diagnosticsCode)), true));
    }
    String code = fault.soapResponseCode();
    if (code != null) {
      Integer backOff = fault.backOffMilliseconds();
      return Optional.of(
          ExchangeWebServices.fault(
              code,
              "The server cannot service this request right now. Try again later.",
              backOff == null
                  ? Map.of()
                  : Map.of("BackOffMilliseconds", Integer.toString(backOff))));
    }
    Integer status = fault.status();
    if (status != null) {
      var answer = new HttpAnswer(status, Map.of(), Objects.requireNonNullElse(fault.body(), ""));
      Map<String, String> headers = fault.headers();
      if (headers != null) {
        for (var header : headers.entrySet()) {
          answer = answer.with(header.getKey(), header.getValue());
        }
      }
      return Optional.of(answer);
    }
    return Optional.empty();
  }

  private static String category(int code) {
    return switch (code) {
      case 2000000 -> "invalid_signature";
      case 2000003 -> "invalid_resource";
      case 2000004 -> "invalid_tenant";
      case 2000005 -> "invalid_user";
      case 2000008 -> "invalid_grant";
      case 2000009 -> "invalid_issuer";
      case 4000000 -> "oauth_not_available";
      default -> "invalid_token";
    };
  }

  private HttpAnswer challenge(@Nullable Diagnostics diagnostics, boolean oauthOffered) {
    HttpAnswer answer =
        HttpAnswer.empty(401)
            .with("X-SOAP-Enabled", "True")
            .with("X-WSSecurity-Enabled", "True")
            .with("X-OAuth-Enabled", "True");
    for (String challenge : gate.challenges(diagnostics != null, oauthOffered)) {
      answer = answer.with("WWW-Authenticate", challenge);
    }
    return diagnostics == null ? answer : answer.with("x-ms-diagnostics", diagnostics.header());
  }

  private void send(
      HttpServerResponse response,
      HttpServerRequest request,
      HttpAnswer answer,
      Optional<Fault> fault) {
    if (fault.map(it -> Boolean.TRUE.equals(it.reset())).orElse(false)) {
      request.connection().close();
      return;
    }
    long shift = fault.map(Fault::dateShiftSeconds).orElse(0L);
    response
        .setStatusCode(answer.status())
        .putHeader("Date", HTTP_DATE.format(clock.instant().plusSeconds(shift)))
        .putHeader("request-id", UUID.randomUUID().toString())
        .putHeader("X-FEServer", "ATL-EXCHANGE-001");
    answer.headers().forEach((name, values) -> response.putHeader(name, values));
    Buffer body = Buffer.buffer(answer.body());
    if (fault.map(it -> Boolean.TRUE.equals(it.truncate())).orElse(false)) {
      response.putHeader("Content-Length", Integer.toString(body.length()));
      response
          .write(body.slice(0, body.length() / 2))
          .onComplete(_ -> request.connection().close());
      return;
    }
    response.end(body);
  }
}
