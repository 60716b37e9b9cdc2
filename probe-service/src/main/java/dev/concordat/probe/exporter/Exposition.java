package dev.concordat.probe.exporter;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.probe.progress.Exchange;
import dev.concordat.probe.progress.Exchange.Phases;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A probe's result in Prometheus' text format, version 0.0.4. The names that blackbox_exporter has
 * mean here what they mean there.
 */
final class Exposition {

  private final StringBuilder text = new StringBuilder();

  private Exposition() {}

  /**
   * A probe that has ended.
   *
   * @param exchanges its requests
   */
  static String of(ProbeCompleted result, List<Exchange> exchanges) {
    var it = new Exposition();
    it.verdict(
        result.outcome() == ProbeCompleted.Outcome.PASSED, Duration.ofMillis(result.duration()));
    it.http(exchanges);
    it.stages(result.stages());
    it.gauge(
        "probe_item_deleted",
        "Whether the probe has left no item in the mailbox",
        result.itemDeleted() ? 1 : 0);
    Diagnosis diagnosis = result.diagnosis();
    if (diagnosis != null) {
      it.family("probe_failure_info", "Why the probe did not pass, by its diagnosis");
      it.sample(
          "probe_failure_info{code=\"%s\",confidence=\"%s\"}"
              .formatted(escaped(diagnosis.code()), name(diagnosis.confidence())),
          1);
    }
    return it.text.toString();
  }

  /** A probe that had not ended when the scrape had to. */
  static String outOfTime(Duration waited) {
    var it = new Exposition();
    it.verdict(false, waited);
    return it.text.toString();
  }

  private void verdict(boolean success, Duration duration) {
    gauge("probe_success", "Whether the probe passed", success ? 1 : 0);
    gauge("probe_duration_seconds", "How long the probe took", seconds(duration));
  }

  private void http(List<Exchange> exchanges) {
    exchanges.stream()
        .map(Exchange::certificateExpiry)
        .filter(Objects::nonNull)
        .min(Instant::compareTo)
        .ifPresent(
            it ->
                gauge(
                    "probe_ssl_earliest_cert_expiry",
                    "When the first certificate of the servers' TLS chains expires, in Unix time",
                    (double) it.getEpochSecond()));
    lastStatus(exchanges)
        .ifPresent(it -> gauge("probe_http_status_code", "The HTTP status of the last answer", it));
    Phases phases =
        exchanges.stream()
            .map(Exchange::phases)
            .filter(Objects::nonNull)
            .reduce(Phases.NONE, Phases::plus);
    gauge(
        "probe_dns_lookup_time_seconds",
        "Time to resolve names, over all requests",
        seconds(phases.resolve()));
    family(
        "probe_http_duration_seconds",
        "Time of each phase, over all requests; connect includes TLS");
    phase("resolve", phases.resolve());
    phase("connect", phases.connect());
    phase("processing", phases.processing());
    phase("transfer", phases.transfer());
  }

  private void phase(String name, Duration time) {
    sample("probe_http_duration_seconds{phase=\"" + name + "\"}", seconds(time));
  }

  private static Optional<Integer> lastStatus(List<Exchange> exchanges) {
    return exchanges.reversed().stream().map(Exchange::status).filter(Objects::nonNull).findFirst();
  }

  private void stages(List<ProbeStage> stages) {
    List<ProbeStage> run =
        stages.stream().filter(it -> it.outcome() != ProbeStage.Outcome.SKIPPED).toList();
    if (run.isEmpty()) {
      return;
    }
    family("probe_stage_duration_seconds", "How long each stage took");
    for (ProbeStage stage : run) {
      sample(
          "probe_stage_duration_seconds{stage=\"%s\"}".formatted(escaped(stage.name())),
          seconds(Duration.ofMillis(stage.duration())));
    }
    family("probe_stage_success", "Whether each stage passed; a skipped one is not there");
    for (ProbeStage stage : run) {
      sample(
          "probe_stage_success{stage=\"%s\"}".formatted(escaped(stage.name())),
          stage.outcome() == ProbeStage.Outcome.PASSED ? 1 : 0);
    }
  }

  private void gauge(String name, String help, double value) {
    family(name, help);
    sample(name, value);
  }

  private void family(String name, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
  }

  private void sample(String series, double value) {
    text.append(series).append(' ');
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      text.append((long) value);
    } else {
      text.append(value);
    }
    text.append('\n');
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
