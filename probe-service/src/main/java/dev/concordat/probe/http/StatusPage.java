package dev.concordat.probe.http;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.running.Targets;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The status page: the latest result of each target, for people. Rendered here, no scripts. */
@Path("/")
public class StatusPage {

  /** More than a page can show; the rest is under {@code /v1/probes}. */
  private static final int MOST_ROWS = 500;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Targets targets;
  private final RecentResults results;
  private final InstantSource clock;

  StatusPage(Targets targets, RecentResults results, InstantSource clock) {
    this.targets = targets;
    this.results = results;
    this.clock = clock;
  }

  /** The templates of this page. */
  @CheckedTemplate(basePath = "")
  static class Templates {
    private Templates() {}

    static native TemplateInstance status(View page);
  }

  /**
   * What the page shows.
   *
   * @param nonce lets the page's own style through its content security policy
   * @param now when it was made
   * @param failed how many targets of those shown did not pass last
   * @param passed how many did
   * @param rows the targets, failed ones first
   * @param left how many targets there are beyond those
   */
  record View(String nonce, String now, long failed, long passed, List<Row> rows, int left) {}

  /**
   * A target's latest result.
   *
   * @param anchor its place in the page
   * @param ok whether it passed
   * @param itemLeft whether an item of the probe is still in the mailbox
   * @param confidence how sure the diagnosis is
   */
  record Row(
      String anchor,
      String partner,
      String mailbox,
      String kind,
      String outcome,
      boolean ok,
      String startedAt,
      long duration,
      String vantage,
      boolean itemLeft,
      List<StageRow> stages,
      String confidence,
      @Nullable Diagnosis diagnosis) {

    static Row of(ProbeCompleted it) {
      return new Row(
          "probe-" + it.id(),
          it.partner(),
          it.sipAddress(),
          words(it.kind()),
          words(it.outcome()),
          it.outcome() == ProbeCompleted.Outcome.PASSED,
          TIME.format(it.startedAt()),
          it.duration(),
          it.vantage(),
          !it.itemDeleted(),
          it.stages().stream().map(StageRow::of).toList(),
          Optional.ofNullable(it.diagnosis()).map(its -> words(its.confidence())).orElse(""),
          it.diagnosis());
    }
  }

  /** A stage of it. */
  record StageRow(String name, String outcome, long duration, String status, String detail) {
    static StageRow of(ProbeStage it) {
      return new StageRow(
          it.name(),
          words(it.outcome()),
          it.duration(),
          Optional.ofNullable(it.httpStatus()).map(String::valueOf).orElse(""),
          Optional.ofNullable(it.detail()).orElse(""));
    }
  }

  private static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  @GET
  @RunOnVirtualThread
  @Produces(MediaType.TEXT_HTML)
  @Operation(hidden = true)
  public Response page() {
    String nonce = UUID.randomUUID().toString();
    Instant now = clock.instant();
    List<Row> all =
        results.latest(it -> targets.partner(it.partner()).isPresent()).stream()
            .map(Row::of)
            .sorted(java.util.Comparator.comparing(Row::ok))
            .toList();
    List<Row> rows = all.stream().limit(MOST_ROWS).toList();
    var view =
        new View(
            nonce,
            TIME.format(now),
            rows.stream().filter(it -> !it.ok()).count(),
            rows.stream().filter(Row::ok).count(),
            rows,
            all.size() - rows.size());
    return Response.ok(Templates.status(view).render(), "text/html; charset=utf-8")
        .header("Cache-Control", "no-store")
        .header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'nonce-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                .formatted(nonce))
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .build();
  }
}
