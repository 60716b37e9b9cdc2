package dev.concordat.probe.exporter;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.probe.progress.Exchange;
import dev.concordat.probe.progress.ProbesUnderWay;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.results.RecentResults.Target;
import dev.concordat.probe.running.Prober;
import dev.concordat.probe.running.Targets;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * The multi-target exporter. It probes from here, whichever replica's share the mailbox is in:
 * where a probe starts is part of what a scrape measures.
 */
@Path("/probe")
@Tag(name = "Prometheus")
public class ProbeExporter {

  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final Duration USUAL_PATIENCE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(2);

  /** What is left of a scrape's time for the answer to come back, as blackbox_exporter has it. */
  private static final Duration WAY_BACK = Duration.ofMillis(500);

  private final Targets targets;
  private final Prober prober;
  private final RecentResults results;
  private final ProbesUnderWay underWay;
  private final InstantSource clock;

  ProbeExporter(
      Targets targets,
      Prober prober,
      RecentResults results,
      ProbesUnderWay underWay,
      InstantSource clock) {
    this.targets = targets;
    this.prober = prober;
    this.results = results;
    this.underWay = underWay;
    this.clock = clock;
  }

  /** A scrape that can't be done, with the sentence that says so. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refused(int status, String sentence) {
      super(sentence, null, false, false);
      this.status = status;
    }
  }

  @GET
  @RunOnVirtualThread
  @RolesAllowed({"admin", "viewer"})
  @Operation(
      summary = "Probes a mailbox and answers in Prometheus' text format",
      description =
          "target is the mailbox (sip:…), module the kind (conversation_history), partner may be left out where one enabled Exchange is registered. A viewer may scrape what partners' settings have probed, an admin any mailbox.")
  @APIResponse(
      responseCode = "200",
      description = "The metrics",
      content = @Content(mediaType = "text/plain"))
  @APIResponse(
      responseCode = "400",
      description = "The target or the module is none, or several partners could be meant",
      content = @Content(mediaType = "text/plain"))
  @APIResponse(
      responseCode = "403",
      description = "A viewer may scrape what is probed by settings",
      content = @Content(mediaType = "text/plain"))
  @APIResponse(
      responseCode = "404",
      description = "There is no such partner",
      content = @Content(mediaType = "text/plain"))
  @APIResponse(
      responseCode = "503",
      description = "Too many probes wait, or partners are still being read",
      content = @Content(mediaType = "text/plain"))
  public Response probe(
      @QueryParam("target") @Nullable String target,
      @QueryParam("module") @DefaultValue("conversation_history") String module,
      @QueryParam("partner") @Nullable String partner,
      @QueryParam("debug") @DefaultValue("false") boolean debug,
      @HeaderParam("X-Prometheus-Scrape-Timeout-Seconds") @Nullable String scrapeTimeout,
      @Context SecurityContext scraper)
      throws InterruptedException {
    ProbeRequested request;
    try {
      request = request(target, module, partner, scraper);
    } catch (Refused refused) {
      return Response.status(refused.status).type(TEXT).entity(refused.getMessage() + "\n").build();
    }
    Duration patience = patience(scrapeTimeout);
    if (!prober.start(request)) {
      return Response.status(503)
          .header("Retry-After", 5)
          .type(TEXT)
          .entity("Too many probes wait for their turn.\n")
          .build();
    }
    results.asked(request);
    Optional<ProbeCompleted> result = results.await(request.id(), patience);
    List<Exchange> exchanges =
        underWay.of(request.id()).map(ProbesUnderWay.Progress::exchanges).orElse(List.of());
    String metrics =
        result
            .map(it -> Exposition.of(it, exchanges))
            .orElseGet(() -> Exposition.outOfTime(patience));
    if (debug && result.isPresent()) {
      return Response.ok(Transcript.of(result.get(), exchanges, module, metrics), TEXT).build();
    }
    return Response.ok(metrics, METRICS).build();
  }

  private ProbeRequested request(
      @Nullable String target, String module, @Nullable String partner, SecurityContext scraper)
      throws Refused {
    if (!targets.known()) {
      throw new Refused(503, "The registered partners are still being read from Kafka.");
    }
    if (target == null || target.isBlank()) {
      throw new Refused(400, "Target parameter is missing: target=sip:kenmyer@litwareinc.com");
    }
    SipAddress mailbox =
        SipAddress.tryParse(target.strip())
            .orElseThrow(
                () -> new Refused(400, "The target is no SIP address: sip:kenmyer@litwareinc.com"));
    ProbeKind kind =
        Arrays.stream(ProbeKind.values())
            .filter(it -> name(it).equals(module.replace('-', '_')))
            .findFirst()
            .orElseThrow(
                () ->
                    new Refused(
                        400,
                        "Unknown module; there are: "
                            + String.join(
                                ", ",
                                Arrays.stream(ProbeKind.values())
                                    .map(ProbeExporter::name)
                                    .toList())));
    String name = partner(partner);
    var wanted = new Target(name, mailbox.uri(), kind);
    if (!scraper.isUserInRole("admin") && !targets.scheduled().containsKey(wanted)) {
      throw new Refused(
          403,
          "With the role viewer only mailboxes of the partner's probe settings are probed; this one"
              + " needs the role admin.");
    }
    return new ProbeRequested(
        UUID.randomUUID().toString(),
        name,
        mailbox.uri(),
        kind,
        true,
        ProbeTrigger.REQUEST,
        scraper.getUserPrincipal().getName(),
        clock.instant());
  }

  private String partner(@Nullable String named) throws Refused {
    if (named != null) {
      return targets
          .partner(named)
          .filter(it -> it.enabled() && it.kind() == PartnerKind.EXCHANGE)
          .map(PartnerRegistered::name)
          .orElseThrow(() -> new Refused(404, "No enabled Exchange has that name."));
    }
    List<String> choices =
        targets.partners().snapshot().values().stream()
            .filter(it -> it.enabled() && it.kind() == PartnerKind.EXCHANGE)
            .map(PartnerRegistered::name)
            .sorted()
            .toList();
    if (choices.size() != 1) {
      throw new Refused(
          choices.isEmpty() ? 404 : 400,
          choices.isEmpty()
              ? "No enabled Exchange is registered."
              : "Several Exchanges are registered: say which, with partner=NAME.");
    }
    return choices.getFirst();
  }

  private static Duration patience(@Nullable String scrapeTimeout) {
    if (scrapeTimeout == null) {
      return USUAL_PATIENCE;
    }
    try {
      double seconds = Double.parseDouble(scrapeTimeout);
      Duration given = Duration.ofMillis((long) (Math.clamp(seconds, 0, 1e6) * 1000));
      Duration patience = given.minus(WAY_BACK);
      return patience.isPositive()
          ? patience.compareTo(LONGEST_PATIENCE) > 0 ? LONGEST_PATIENCE : patience
          : given;
    } catch (NumberFormatException e) {
      return USUAL_PATIENCE;
    }
  }

  private static String name(ProbeKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
