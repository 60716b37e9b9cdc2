package dev.concordat.simulator;

import dev.concordat.simulator.faults.Effect;
import dev.concordat.simulator.faults.Fault;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Sends an answer, whole and at once or as a fault has it. */
final class AnswerSender {

  static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final int CHUNK = 64 * 1024;
  private static final long LOOK_MILLIS = 1000;
  private static final long TICKS_PER_SECOND = 10;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Vertx vertx;

  private AnswerSender(HttpServerRequest request, Vertx vertx) {
    this.request = request;
    this.response = request.response();
    this.vertx = vertx;
  }

  static void send(
      HttpServerRequest request, HttpAnswer answer, Optional<Fault> fault, Vertx vertx) {
    new AnswerSender(request, vertx).send(answer, fault);
  }

  private void send(HttpAnswer answer, Optional<Fault> fault) {
    AnswerStream following = answer.following();
    if (fault.filter(it -> it.has(Effect.Reset.class)).isPresent()) {
      if (following != null) {
        following.close();
      }
      request.connection().close();
      return;
    }
    response.setStatusCode(answer.status());
    answer.headers().forEach((name, values) -> response.putHeader(name, values));
    if (following != null) {
      new Line(following).begin();
      return;
    }
    Buffer body = Buffer.buffer(answer.body());
    Optional<Effect.Drip> drip = fault.flatMap(it -> it.effect(Effect.Drip.class));
    Optional<Effect.Oversize> oversize = fault.flatMap(it -> it.effect(Effect.Oversize.class));
    if (fault.filter(it -> it.has(Effect.Truncated.class)).isPresent()) {
      announce(body.length());
      response
          .write(body.slice(0, body.length() / 2))
          .onComplete(_ -> request.connection().close());
    } else if (drip.isPresent()) {
      announce(body.length());
      drip(body, 0, drip.get().bytesPerSecond());
    } else if (oversize.isPresent()) {
      announce(body.length() + oversize.get().bytes());
      response.write(body);
      fill(oversize.get().bytes());
    } else {
      response.end(body);
    }
  }

  /** An answer that goes on while the client listens. Only its event loop runs it. */
  private final class Line {
    private final AnswerStream stream;
    private long timer;

    Line(AnswerStream stream) {
      this.stream = stream;
    }

    void begin() {
      // Packed, a piece would wait for those after it.
      response.putHeader("Content-Encoding", "identity").setChunked(true);
      response.closeHandler(_ -> end());
      response.drainHandler(_ -> go());
      Context context = vertx.getOrCreateContext();
      timer = vertx.setPeriodic(LOOK_MILLIS, _ -> go());
      stream.open(() -> context.runOnContext(_ -> go()));
      go();
    }

    private void go() {
      if (response.ended() || response.closed()) {
        return;
      }
      while (!response.writeQueueFull()) {
        String next = stream.next();
        if (next.isEmpty()) {
          break;
        }
        response.write(next);
      }
      if (stream.isOver()) {
        end();
        response.end();
      }
    }

    private void end() {
      vertx.cancelTimer(timer);
      stream.close();
    }
  }

  private void announce(long length) {
    // As it would be without compression: what is announced is what is sent, or is cut off.
    response.putHeader("Content-Encoding", "identity");
    response.putHeader("Content-Length", Long.toString(length));
  }

  private void drip(Buffer body, int from, int bytesPerSecond) {
    if (response.closed()) {
      return;
    }
    if (from >= body.length()) {
      response.end();
      return;
    }
    int drop = (int) Math.max(1, bytesPerSecond / TICKS_PER_SECOND);
    int to = Math.min(body.length(), from + drop);
    response.write(body.slice(from, to));
    vertx.setTimer(Math.max(1, 1000L * drop / bytesPerSecond), _ -> drip(body, to, bytesPerSecond));
  }

  private void fill(long left) {
    if (response.closed()) {
      return;
    }
    if (left <= 0) {
      response.end();
      return;
    }
    int size = (int) Math.min(CHUNK, left);
    response.write(Buffer.buffer(" ".repeat(size))).onSuccess(_ -> fill(left - size));
  }
}
