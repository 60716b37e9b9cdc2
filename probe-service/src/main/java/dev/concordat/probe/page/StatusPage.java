package dev.concordat.probe.page;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.probe.page.Overview.Filter;
import dev.concordat.probe.requests.ProbeDesk;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.results.RecentResults.Target;
import dev.concordat.probe.running.Targets;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The pages, and the parts of them that are fetched anew. */
@Path("/")
@RunOnVirtualThread
public class StatusPage {

  private static final int ROWS = 100;
  private static final int MOST_ROWS = 5000;

  private final Overviews overviews;
  private final Targets targets;
  private final RecentResults results;
  private final ProbeDesk desk;
  private final ProbeNow probeNow;
  private final Runs runs;
  private final InstantSource clock;

  StatusPage(
      Overviews overviews,
      Targets targets,
      RecentResults results,
      ProbeDesk desk,
      ProbeNow probeNow,
      Runs runs,
      InstantSource clock) {
    this.overviews = overviews;
    this.targets = targets;
    this.results = results;
    this.desk = desk;
    this.probeNow = probeNow;
    this.runs = runs;
    this.clock = clock;
  }

  /** The templates. */
  @CheckedTemplate(basePath = "page")
  static class Templates {
    private Templates() {}

    static native TemplateInstance overview(
        Summary summary, Rows list, boolean mayProbe, List<String> kinds);

    static native TemplateInstance summary(Summary summary);

    static native TemplateInstance rows(Rows list);

    static native TemplateInstance target(
        TargetRow target,
        String points,
        @Nullable RunView run,
        List<RunRow> runs,
        boolean mayProbe,
        List<PartnerRow> partner);

    static native TemplateInstance run(
        String id, String title, String back, RunView run, boolean underWay);

    static native TemplateInstance run_view(RunView run);

    static native TemplateInstance message(String title, String detail);
  }

  /**
   * What stands above the list.
   *
   * @param tiles how many targets are in each state
   * @param key our signing certificate; none where none is known
   */
  record Summary(
      List<Tile> tiles,
      List<PartnerRow> partners,
      List<PartnerRow.Certificate> key,
      String now,
      String headline) {}

  /** A state and how many targets are in it. */
  record Tile(TargetState state, int count) {}

  /**
   * The list.
   *
   * @param query of this list, for links
   * @param more of the list with more rows; empty where all are shown
   */
  record Rows(
      List<TargetRow> rows, int matching, int all, Filter filter, String query, String more) {}

  /** A probe in a target's list. */
  record RunRow(String id, String startedAt, String outcome, String tone, String duration) {
    static RunRow of(ProbeCompleted it) {
      boolean passed = it.outcome() == ProbeCompleted.Outcome.PASSED;
      return new RunRow(
          it.id(),
          Words.time(it.startedAt()),
          Words.of(it.outcome()),
          passed ? "good" : "bad",
          Words.duration(it.duration()));
    }
  }

  @GET
  @Operation(hidden = true)
  public Response overview(
      @QueryParam("q") @DefaultValue("") String text,
      @QueryParam("partner") @DefaultValue("") String partner,
      @QueryParam("state") @DefaultValue("") String state,
      @QueryParam("rows") @DefaultValue("" + ROWS) int rows,
      @Context SecurityContext reader) {
    Overview overview = overviews.now();
    return Html.page(
        Templates.overview(
            summary(overview),
            list(overview, new Filter(text.strip(), partner, state), rows),
            probeNow.mayAll(reader),
            kinds()));
  }

  @GET
  @Path("page/summary")
  @Operation(hidden = true)
  public Response summaryAnew() {
    return Html.page(Templates.summary(summary(overviews.now())));
  }

  @GET
  @Path("page/rows")
  @Operation(hidden = true)
  public Response rowsAnew(
      @QueryParam("q") @DefaultValue("") String text,
      @QueryParam("partner") @DefaultValue("") String partner,
      @QueryParam("state") @DefaultValue("") String state,
      @QueryParam("rows") @DefaultValue("" + ROWS) int rows) {
    Rows list = list(overviews.now(), new Filter(text.strip(), partner, state), rows);
    return Html.fragment(Templates.rows(list))
        .header("HX-Replace-Url", list.query().isEmpty() ? "/" : "/?" + list.query())
        .build();
  }

  @GET
  @Path("target")
  @Operation(hidden = true)
  public Response target(
      @QueryParam("partner") @DefaultValue("") String partner,
      @QueryParam("mailbox") @DefaultValue("") String mailbox,
      @QueryParam("kind") @DefaultValue("conversation-history") String kind,
      @Context SecurityContext reader) {
    Overview overview = overviews.now();
    Optional<TargetRow> row =
        kind(kind).flatMap(it -> overview.target(new Target(partner, mailbox, it)));
    if (row.isEmpty()) {
      return Html.message(
          404, "There is no such target", "It may no longer be probed, or be forgotten.");
    }
    List<ProbeCompleted> kept = results.of(row.get().target());
    return Html.page(
        Templates.target(
            row.get(),
            points(row.get()),
            Optional.ofNullable(row.get().latest()).map(RunView::of).orElse(null),
            kept.stream().limit(20).map(RunRow::of).toList(),
            probeNow.mayKnown(reader),
            overview.partners().stream().filter(it -> it.name().equals(partner)).toList()));
  }

  @GET
  @Path("run/{id}")
  @Operation(hidden = true)
  public Response run(@PathParam("id") String id) {
    Optional<ProbeCompleted> ended = results.get(id);
    Optional<ProbeRequested> asked = results.pending(id);
    if (ended.isEmpty() && asked.isEmpty()) {
      return Html.message(
          404,
          "There is no such probe",
          "Only the latest are kept here; ./concordat events --type ProbeCompleted has a week.");
    }
    Target target =
        ended
            .map(Target::of)
            .orElseGet(
                () ->
                    new Target(
                        asked.get().partner(), asked.get().sipAddress(), asked.get().kind()));
    var row = new TargetRow(target, TargetState.WAITING, null, List.of(), false, clock.instant());
    return Html.page(Templates.run(id, row.mailbox(), row.link(), runs.now(id), ended.isEmpty()));
  }

  @POST
  @Path("page/probe")
  @Operation(hidden = true)
  public Response probe(
      @FormParam("partner") @DefaultValue("") String partner,
      @FormParam("mailbox") @DefaultValue("") String mailbox,
      @FormParam("kind") @DefaultValue("conversation-history") String kind,
      @Context HttpHeaders headers,
      @Context SecurityContext reader) {
    if (!ProbeNow.isFromHere(headers)) {
      return Html.message(403, "Not from here", "Probes are asked for on this page itself.");
    }
    Optional<SipAddress> address = SipAddress.tryParse(mailbox.strip());
    Optional<ProbeKind> wanted = kind(kind);
    if (address.isEmpty() || wanted.isEmpty()) {
      return Html.message(
          400, "That is no SIP address", "Give the mailbox as sip:kenmyer@litwareinc.com.");
    }
    var target = new Target(partner, address.get().uri(), wanted.get());
    boolean known = overviews.now().target(target).isPresent();
    if (!(probeNow.mayAll(reader) || (known && probeNow.mayKnown(reader)))) {
      return Html.message(
          403, "Probing needs the role admin", "./concordat probe does it with an admin's token.");
    }
    if (targets.partner(partner).filter(PartnerRegistered::enabled).isEmpty()) {
      return Html.message(409, "That partner is not probed", "It is not registered, or disabled.");
    }
    String who =
        reader.getUserPrincipal() == null ? "status page" : reader.getUserPrincipal().getName();
    var request =
        new ProbeRequested(
            UUID.randomUUID().toString(),
            partner,
            target.sipAddress(),
            target.kind(),
            true,
            ProbeTrigger.REQUEST,
            who.isEmpty() ? "status page" : who,
            clock.instant());
    if (!desk.ask(request)) {
      return Html.message(503, "Too many probes wait", "Try again in a few seconds.");
    }
    return Response.seeOther(URI.create("/run/" + request.id())).build();
  }

  private Summary summary(Overview overview) {
    return new Summary(
        Arrays.stream(TargetState.values()).map(it -> new Tile(it, overview.count(it))).toList(),
        overview.partners(),
        key(overview.now()),
        Words.time(overview.now()),
        headline(overview));
  }

  /** A partner that fails as a whole is one thing that fails, not as many as it has targets. */
  private static String headline(Overview overview) {
    if (overview.targets().isEmpty()) {
      return "Nothing probed yet";
    }
    long partners = overview.partners().stream().filter(it -> it.failedBy() != null).count();
    int targets = overview.count(TargetState.FAILING);
    if (partners == 0) {
      return targets == 0 ? "Nothing fails" : Words.count(targets, "target fails", "targets fail");
    }
    String whole = Words.count(partners, "partner fails", "partners fail");
    return targets == 0 ? whole : whole + ", and " + Words.count(targets, "target", "targets");
  }

  private List<PartnerRow.Certificate> key(Instant now) {
    return targets.signingKeys().snapshot().values().stream()
        .filter(it -> it.phase() == SigningKeyPublished.Phase.CURRENT)
        .flatMap(it -> SigningCertificate.tryParse(it.certificate()).stream())
        .map(it -> PartnerRow.Certificate.of(it.summary(), now))
        .sorted(Comparator.comparingLong(PartnerRow.Certificate::days))
        .toList();
  }

  private static Rows list(Overview overview, Filter filter, int rows) {
    List<TargetRow> matching = overview.matching(filter);
    int shown = Math.clamp(rows, 1, MOST_ROWS);
    return new Rows(
        matching.stream().limit(shown).toList(),
        matching.size(),
        overview.targets().size(),
        filter,
        query(filter, shown),
        matching.size() > shown ? query(filter, shown + ROWS) : "");
  }

  private static String query(Filter filter, int rows) {
    var query = new StringBuilder();
    append(query, "q", filter.text());
    append(query, "partner", filter.partner());
    append(query, "state", filter.state());
    append(query, "rows", rows == ROWS ? "" : Integer.toString(rows));
    return query.toString();
  }

  private static void append(StringBuilder query, String name, String value) {
    if (!value.isEmpty()) {
      query
          .append(query.isEmpty() ? "" : "&")
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }

  /** Seconds, milliseconds and whether it passed, of each run: what the chart is drawn from. */
  private static String points(TargetRow row) {
    var points = new StringBuilder("[");
    row.runs()
        .forEach(
            it ->
                points
                    .append(points.length() > 1 ? "," : "")
                    .append(
                        "[%d,%d,%d]"
                            .formatted(
                                it.startedAt().getEpochSecond(),
                                it.duration(),
                                it.outcome() == ProbeCompleted.Outcome.PASSED ? 1 : 0)));
    return points.append(']').toString();
  }

  private static Optional<ProbeKind> kind(String label) {
    return Arrays.stream(ProbeKind.values())
        .filter(it -> Words.label(it).equals(label))
        .findFirst();
  }

  private static List<String> kinds() {
    return Arrays.stream(ProbeKind.values()).map(Words::label).toList();
  }
}
