package dev.concordat.probe.tracing;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeStage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells of probes that have ended as traces, in hindsight: a result has all that its spans need,
 * and a probe need not carry a trace about. Mailboxes are not named.
 */
public final class ProbeTraces {

  private final Tracer tracer;

  public ProbeTraces(Tracer tracer) {
    this.tracer = tracer;
  }

  /**
   * Tells of a probe.
   *
   * @return the trace it is now, as W3C {@code traceparent}; empty where none is taken
   */
  public Optional<String> tell(ProbeCompleted completed) {
    Span probe =
        tracer
            .spanBuilder("probe " + label(completed.kind()))
            .setNoParent()
            .setStartTimestamp(completed.startedAt())
            .setAttribute("concordat.probe.id", completed.id())
            .setAttribute("concordat.partner", completed.partner())
            .setAttribute("concordat.probe.trigger", label(completed.trigger()))
            .setAttribute("concordat.probe.outcome", label(completed.outcome()))
            .startSpan();
    Diagnosis diagnosis = completed.diagnosis();
    if (diagnosis != null) {
      probe.setAttribute("concordat.diagnosis", diagnosis.code());
      probe.setStatus(StatusCode.ERROR, diagnosis.code());
    }
    Instant at = completed.startedAt();
    for (ProbeStage stage : completed.stages()) {
      if (stage.outcome() != ProbeStage.Outcome.SKIPPED) {
        at = stage(probe, stage, at);
      }
    }
    Instant end = completed.startedAt().plusMillis(completed.duration());
    probe.end(end.isBefore(at) ? at : end);
    return traceparent(probe.getSpanContext());
  }

  /** Stages follow one another: each begins when the one before has ended. */
  private Instant stage(Span probe, ProbeStage stage, Instant begin) {
    Span span =
        tracer
            .spanBuilder(stage.name())
            .setParent(Context.root().with(probe))
            .setStartTimestamp(begin)
            .startSpan();
    Integer status = stage.httpStatus();
    if (status != null) {
      span.setAttribute("http.response.status_code", (long) status);
    }
    if (stage.outcome() == ProbeStage.Outcome.FAILED) {
      span.setStatus(StatusCode.ERROR);
    }
    Instant end = begin.plusMillis(stage.duration());
    span.end(end);
    return end;
  }

  private static Optional<String> traceparent(SpanContext span) {
    return span.isValid()
        ? Optional.of(
            "00-%s-%s-%s"
                .formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex()))
        : Optional.empty();
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
