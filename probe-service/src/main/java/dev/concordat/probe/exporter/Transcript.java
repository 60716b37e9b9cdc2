package dev.concordat.probe.exporter;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.probe.progress.Exchange;
import java.util.List;
import java.util.Locale;

/**
 * What a probe said and heard, for {@code debug=true}. What it is made from has neither tokens nor
 * bodies in it, so that none can show.
 */
final class Transcript {

  private Transcript() {}

  static String of(ProbeCompleted result, List<Exchange> exchanges, String module, String metrics) {
    var text = new StringBuilder("Logs for the probe:\n");
    text.append(
        "probe %s of %s at %s, %s, began %s, from %s\n"
            .formatted(
                result.id(),
                result.sipAddress(),
                result.partner(),
                module,
                result.startedAt(),
                result.vantage()));
    for (Exchange exchange : exchanges) {
      append(text, exchange);
    }
    for (ProbeStage stage : result.stages()) {
      text.append(
          "stage %s %s in %d ms%s\n"
              .formatted(
                  stage.name(),
                  stage.outcome().name().toLowerCase(Locale.ROOT),
                  stage.duration(),
                  stage.detail() == null ? "" : ": " + stage.detail()));
    }
    Diagnosis diagnosis = result.diagnosis();
    if (diagnosis != null) {
      text.append("diagnosis %s: %s\n".formatted(diagnosis.code(), diagnosis.summary()));
      diagnosis.evidence().forEach(it -> text.append("  seen: ").append(it).append('\n'));
      diagnosis
          .remedies()
          .forEach(it -> text.append("  on %s: %s\n".formatted(it.where(), it.command())));
    }
    return text.append("\n\nMetrics that would have been returned:\n")
        .append(metrics)
        .append("\n\nModule configuration:\n")
        .append(module)
        .append('\n')
        .toString();
  }

  private static void append(StringBuilder text, Exchange exchange) {
    text.append("> ").append(exchange.call()).append(": ").append(exchange.url()).append('\n');
    if (exchange.status() == null) {
      text.append("< no answer: ").append(exchange.failure()).append('\n');
      return;
    }
    text.append("< HTTP ").append(exchange.status());
    Exchange.Phases phases = exchange.phases();
    if (phases != null) {
      text.append(
          " (resolved in %d, connected in %d, answered in %d, read in %d ms)"
              .formatted(
                  phases.resolve().toMillis(),
                  phases.connect().toMillis(),
                  phases.processing().toMillis(),
                  phases.transfer().toMillis()));
    }
    text.append('\n');
    exchange
        .headers()
        .forEach(
            (name, value) ->
                text.append("< ").append(name).append(": ").append(value).append('\n'));
    if (exchange.certificateExpiry() != null) {
      text.append("< first certificate of the chain to expire: ")
          .append(exchange.certificateExpiry())
          .append('\n');
    }
  }
}
