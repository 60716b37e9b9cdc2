package dev.concordat.probe.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeTracesTest {

  private static final Instant START = Instant.parse("2026-11-26T12:00:00Z");

  private final List<SpanData> spans = new ArrayList<>();

  @Test
  void a_probe_is_a_trace_with_a_span_for_each_stage_that_ran() {
    String traceparent;
    try (var provider =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(kept())).build()) {
      traceparent = new ProbeTraces(provider.get("a test")).tell(failed()).orElseThrow();
    }
    assertThat(spans)
        .extracting(SpanData::getName)
        .containsExactly("challenge", "token", "probe conversation-history");
    SpanData challenge = spans.get(0);
    SpanData token = spans.get(1);
    SpanData probe = spans.get(2);
    assertThat(challenge.getParentSpanId()).isEqualTo(probe.getSpanId());
    assertThat(token.getStartEpochNanos()).isEqualTo(challenge.getEndEpochNanos());
    assertThat(token.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(probe.getStatus().getDescription()).isEqualTo("token-refused");
    assertThat(probe.getEndEpochNanos() - probe.getStartEpochNanos()).isEqualTo(12_000_000);
    assertThat(traceparent)
        .isEqualTo("00-%s-%s-01".formatted(probe.getTraceId(), probe.getSpanId()));
    assertThat(spans.toString()).doesNotContain("kenmyer");
  }

  @Test
  void without_tracing_there_is_no_trace_to_name() {
    assertThat(new ProbeTraces(OpenTelemetry.noop().getTracer("none")).tell(failed())).isEmpty();
  }

  private SpanExporter kept() {
    return new SpanExporter() {
      @Override
      public CompletableResultCode export(Collection<SpanData> ended) {
        spans.addAll(ended);
        return CompletableResultCode.ofSuccess();
      }

      @Override
      public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
      }

      @Override
      public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
      }
    };
  }

  private static ProbeCompleted failed() {
    return new ProbeCompleted(
        "1",
        "exchange",
        "sip:kenmyer@litwareinc.com",
        ProbeKind.CONVERSATION_HISTORY,
        ProbeCompleted.Outcome.FAILED,
        START,
        12,
        List.of(
            new ProbeStage("challenge", ProbeStage.Outcome.PASSED, 5, 401, null),
            new ProbeStage("token", ProbeStage.Outcome.FAILED, 7, null, "refused"),
            new ProbeStage("folder", ProbeStage.Outcome.SKIPPED, 0, null, null)),
        new Diagnosis(
            "token-refused", "Refused.", Diagnosis.Confidence.PROVED, List.of(), List.of()),
        null,
        null,
        true,
        ProbeTrigger.REQUEST,
        "a test");
  }
}
