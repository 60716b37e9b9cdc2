package dev.concordat.simulator;

import dev.concordat.simulator.ews.ExchangeWebServices;
import dev.concordat.simulator.faults.Effect;
import dev.concordat.simulator.faults.Fault;
import dev.concordat.simulator.faults.Faults;
import dev.concordat.simulator.trust.NamedMailboxes;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The HTTPS front of the simulated servers: meets the faults that are set, hands each request to
 * the product of its host, notes it, and sends the answer.
 */
final class Front {

  private static final long LARGEST_REQUEST = 4L * 1024 * 1024;

  /**
   * What Exchange Web Services take (64 MB: the vendor's page on message size limits), or what this
   * process can hold.
   */
  private static final long LARGEST_ENVELOPE =
      Math.min(67_108_864, Runtime.getRuntime().maxMemory() / 32);

  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;

  private static final String EWS = "/EWS/Exchange.asmx";

  private final Faults faults;
  private final RequestLog log;
  private final InstantSource clock;
  private final List<Product> products = new CopyOnWriteArrayList<>();

  Front(Faults faults, RequestLog log, InstantSource clock) {
    this.faults = faults;
    this.log = log;
    this.clock = clock;
  }

  /** Serves these; before, every request is answered 503. */
  void serve(List<? extends Product> served) {
    products.addAll(served);
  }

  Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    var bodies = BodyHandler.create(false).setBodyLimit(LARGEST_REQUEST);
    var envelopes = BodyHandler.create(false).setBodyLimit(LARGEST_ENVELOPE);
    router.route().handler(context -> (isEnvelope(context) ? envelopes : bodies).handle(context));
    router.route().handler(this::handle);
    router.route().failureHandler(Front::refuse);
    return router;
  }

  private static boolean isEnvelope(RoutingContext context) {
    return EWS.equalsIgnoreCase(context.request().path());
  }

  private static void refuse(RoutingContext context) {
    int status = context.statusCode() < 400 ? 500 : context.statusCode();
    HttpServerRequest request = context.request();
    if (status != TOO_LARGE) {
      request.response().setStatusCode(status).end();
      return;
    }
    // IIS refuses by the announced length with a 404 (its substatus 13, which only its log has);
    // what comes without one, the web service itself refuses, with a 413. Neither reads on.
    boolean announced = isEnvelope(context) && request.getHeader("Content-Length") != null;
    request
        .response()
        .setStatusCode(announced ? NOT_FOUND : TOO_LARGE)
        .putHeader("Connection", "close")
        .end()
        .onComplete(_ -> request.connection().close());
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    String authority =
        request.authority() == null ? "" : request.authority().toString().toLowerCase(Locale.ROOT);
    String host = authority.replaceFirst(":\\d+$", "");
    String path = request.path() == null ? "/" : request.path();
    Buffer buffer = context.body().buffer();
    byte[] body = buffer == null ? new byte[0] : buffer.getBytes();
    Optional<String> operation =
        EWS.equalsIgnoreCase(path) && body.length > 0
            ? ExchangeWebServices.operation(body)
            : Optional.empty();
    Optional<Faults.Meeting> meeting =
        faults.isEmpty()
            ? Optional.empty()
            : faults.meet(new Fault.Met(host, path, operation, NamedMailboxes.of(request, body)));
    Optional<Fault> fault = meeting.map(Faults.Meeting::fault);
    Optional<Effect.ClockShift> shift = fault.flatMap(it -> it.effect(Effect.ClockShift.class));
    Instant now = clock.instant();
    Instant shifted = now.plus(shift.map(Effect.ClockShift::by).orElse(Duration.ZERO));
    var call =
        new HttpCall(
            request.method().name(),
            host,
            authority.endsWith(":443") ? host : authority,
            path,
            request.headers(),
            request.params(),
            buffer == null ? Buffer.buffer() : buffer,
            operation,
            fault,
            shift.filter(Effect.ClockShift::headerOnly).isPresent() ? now : shifted);
    Runnable answering =
        () -> {
          HttpAnswer answer = answer(call);
          log.add(call, answer.status());
          AnswerSender.send(request, withDate(answer, shifted), fault, context.vertx());
        };
    long delay = meeting.map(Front::delay).orElse(0L);
    if (delay > 0) {
      context.vertx().setTimer(delay, _ -> answering.run());
    } else {
      answering.run();
    }
  }

  private static long delay(Faults.Meeting meeting) {
    return meeting
        .fault()
        .effect(Effect.Delay.class)
        .map(it -> it.fixed().toMillis() + Math.round(meeting.chance() * it.jitter().toMillis()))
        .orElse(0L);
  }

  private HttpAnswer answer(HttpCall call) {
    if (products.isEmpty()) {
      return HttpAnswer.empty(503);
    }
    Optional<Product> product =
        products.stream().filter(it -> it.hosts().contains(call.host())).findFirst();
    HttpAnswer answer =
        call.effect(Effect.Answer.class)
            .map(it -> asAsked(it, call))
            .orElseGet(
                () -> product.map(it -> it.answer(call)).orElseGet(() -> HttpAnswer.empty(404)));
    if (product.isPresent()) {
      String another = call.effect(Effect.AnotherServer.class).map(it -> it.name()).orElse(null);
      for (var header : product.get().signature().entrySet()) {
        answer = answer.with(header.getKey(), another == null ? header.getValue() : another);
      }
    }
    return answer;
  }

  private static HttpAnswer asAsked(Effect.Answer asked, HttpCall call) {
    var answer = new HttpAnswer(asked.status(), java.util.Map.of(), asked.body());
    for (var header : asked.headers().entrySet()) {
      answer = answer.with(header.getKey(), Placeholders.fill(header.getValue(), call));
    }
    return answer;
  }

  private static HttpAnswer withDate(HttpAnswer answer, Instant at) {
    return answer
        .with("Date", AnswerSender.HTTP_DATE.format(at))
        .with("request-id", UUID.randomUUID().toString());
  }

  /** The hosts of all products. */
  Set<String> hosts() {
    return products.stream()
        .flatMap(it -> it.hosts().stream())
        .collect(java.util.stream.Collectors.toCollection(java.util.TreeSet::new));
  }
}
