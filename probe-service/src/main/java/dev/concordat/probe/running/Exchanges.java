package dev.concordat.probe.running;

import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Shown;
import dev.concordat.outbound.OutboundAnswer;
import dev.concordat.outbound.OutboundFailure;
import dev.concordat.outbound.OutboundFailure.Reason;
import dev.concordat.probe.progress.Exchange;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What whoever follows a probe is shown of a request: neither bodies, nor credentials. */
final class Exchanges {

  private static final List<String> TELLING =
      List.of(
          "date",
          "server",
          "content-type",
          "www-authenticate",
          "x-ms-diagnostics",
          "retry-after",
          "x-feserver",
          "x-beserver",
          "x-caserrorcode",
          "request-id");

  private Exchanges() {}

  static Exchange answered(Call call, OutboundAnswer answer) {
    var headers = new LinkedHashMap<String, String>();
    for (String name : TELLING) {
      List<String> values = answer.all(name);
      if (!values.isEmpty()) {
        headers.put(name, Shown.text(String.join(", ", values)));
      }
    }
    answer
        .header("location")
        .flatMap(Exchanges::location)
        .ifPresent(it -> headers.put("location", it));
    return new Exchange(
        call.toString(),
        shown(answer.uri()),
        answer.status(),
        headers,
        null,
        phases(answer.timings()),
        earliest(
            answer.chain().stream()
                .map(X509Certificate::getNotAfter)
                .map(java.util.Date::toInstant)));
  }

  static Exchange unanswered(Call call, URI url, OutboundFailure failure) {
    Stream<Instant> expiries =
        failure.reason() instanceof Reason.TlsFailed(_, var chain)
            ? chain.stream().map(it -> it.notAfter())
            : Stream.empty();
    return new Exchange(
        call.toString(),
        shown(url),
        null,
        java.util.Map.of(),
        failure.sentence(),
        null,
        earliest(expiries));
  }

  private static @Nullable Instant earliest(Stream<Instant> expiries) {
    return expiries.min(Instant::compareTo).orElse(null);
  }

  private static Exchange.Phases phases(OutboundAnswer.Timings timings) {
    long transfer =
        Math.max(0, timings.total() - timings.resolve() - timings.connect() - timings.firstByte());
    return new Exchange.Phases(
        Duration.ofMillis(timings.resolve()),
        Duration.ofMillis(timings.connect()),
        Duration.ofMillis(timings.firstByte()),
        Duration.ofMillis(transfer));
  }

  private static Optional<String> location(String given) {
    try {
      return Optional.of(shown(URI.create(given)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Without the query, in which others may have put anything. */
  private static String shown(URI url) {
    String authority = url.getRawAuthority();
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    return Shown.text(
        (authority == null ? "" : url.getScheme() + "://" + authority)
            + path
            + (url.getRawQuery() == null ? "" : "?…"));
  }
}
