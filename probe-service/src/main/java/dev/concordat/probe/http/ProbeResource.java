package dev.concordat.probe.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.messaging.EventFeed;
import dev.concordat.messaging.FeedRefused;
import dev.concordat.probe.requests.ProbeDesk;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.probe.results.RecentResults.Target;
import dev.concordat.probe.results.TargetStates;
import dev.concordat.probe.results.TargetStates.Standing;
import dev.concordat.probe.running.Targets;
import dev.concordat.probe.schedule.Maintenance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Probes and their results. */
@Path("/v1/probes")
@Tag(name = "Probes")
@Produces(MediaType.APPLICATION_JSON)
public class ProbeResource {

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");
  private static final Pattern WAIT =
      Pattern.compile("(?i)(?:^|[,;\\s])wait\\s*=\\s*\"?([0-9]{1,4})");
  private static final long LONGEST_WAIT = 60;
  private static final int MOST_ITEMS = 5000;
  private static final int RETRY_AFTER_SECONDS = 2;

  private final Targets targets;
  private final ProbeDesk desk;
  private final RecentResults results;
  private final TargetStates states;
  private final Maintenance maintenance;
  private final EventFeed feed;
  private final FollowedProbe followed;
  private final InstantSource clock;

  ProbeResource(
      Targets targets,
      ProbeDesk desk,
      RecentResults results,
      TargetStates states,
      Maintenance maintenance,
      EventFeed feed,
      FollowedProbe followed,
      InstantSource clock) {
    this.targets = targets;
    this.desk = desk;
    this.results = results;
    this.states = states;
    this.maintenance = maintenance;
    this.feed = feed;
    this.followed = followed;
    this.clock = clock;
  }

  /**
   * A probe that has no result yet.
   *
   * @param id its id
   * @param status {@code running}
   */
  public record Running(
      String id,
      String partner,
      String sipAddress,
      dev.concordat.contracts.events.ProbeKind kind,
      String status) {
    static Running of(ProbeRequested it) {
      return new Running(it.id(), it.partner(), it.sipAddress(), it.kind(), "running");
    }
  }

  /**
   * The latest results.
   *
   * @param items by partner and mailbox
   * @param partners of these items whatever is to be said of as a whole
   * @param next the cursor of the next page; absent on the last
   */
  public record Latest(
      List<LatestOf> items, List<PartnerStanding> partners, @Nullable String next) {}

  /**
   * The latest result of a target.
   *
   * @param result it
   * @param state how the target is, which changes after several results: {@code passing}, {@code
   *     failing}, {@code behind-partner} or {@code unknown}
   */
  public record LatestOf(@JsonUnwrapped ProbeCompleted result, String state) {}

  /**
   * A partner that has failed or is being maintained.
   *
   * @param failedBy the code of the diagnosis that most of its targets share; absent where it has
   *     not failed
   * @param maintenance whether it is not probed by schedule now
   */
  public record PartnerStanding(String name, @Nullable String failedBy, boolean maintenance) {}

  @POST
  @RunOnVirtualThread
  @RolesAllowed("admin")
  @Operation(
      summary = "Probes a mailbox now",
      description =
          "partner may be left out where one enabled Exchange is registered. token is fresh or cached; left out, it is what the partner's settings say. With Prefer: wait=30 the answer waits up to that many seconds (60 at most) for the result.")
  @RequestBody(
      required = true,
      content =
          @Content(mediaType = "application/json", schema = @Schema(implementation = Asked.class)))
  @APIResponse(responseCode = "200", description = "The result, ProbeCompleted")
  @APIResponse(responseCode = "202", description = "It runs; Location has its result later")
  @APIResponse(responseCode = "400", description = "Something of the request can't be read")
  @APIResponse(responseCode = "404", description = "There is no such partner")
  @APIResponse(responseCode = "409", description = "That partner can't be probed so")
  @APIResponse(
      responseCode = "503",
      description = "Too many probes wait, or partners are still being read")
  public Response probe(
      @HeaderParam("Prefer") @Nullable String prefer,
      @Context SecurityContext security,
      byte @Nullable [] body)
      throws InterruptedException {
    ProbeRequested request;
    try {
      ProbeBody asked = ProbeBody.read(body == null ? new byte[0] : body);
      if (!targets.known()) {
        return problem(
            Problem.of(
                "not-ready",
                "The service is starting",
                503,
                "The registered partners are still being read from Kafka."));
      }
      PartnerRegistered partner = asked.partnerAmong(targets.partners().snapshot().values());
      request =
          new ProbeRequested(
              UUID.randomUUID().toString(),
              partner.name(),
              asked.mailbox().uri(),
              asked.kind(),
              asked.deleteItem(),
              ProbeTrigger.REQUEST,
              security.getUserPrincipal().getName(),
              clock.instant(),
              null,
              asked.token());
    } catch (ProbeBody.Refused refused) {
      return problem(refused.problem());
    }
    if (!desk.ask(request)) {
      return problem(
          Problem.of(
              "too-many-probes",
              "Too many probes wait for their turn",
              503,
              "Try again when some have ended."));
    }
    URI location = URI.create("/v1/probes/" + request.id());
    Optional<Duration> wait = wait(prefer);
    Optional<ProbeCompleted> result =
        wait.isPresent() ? results.await(request.id(), wait.get()) : Optional.empty();
    Response.ResponseBuilder answer = result.isPresent() ? Response.ok() : Response.accepted();
    wait.ifPresent(it -> answer.header("Preference-Applied", "wait=" + it.toSeconds()));
    return json(answer.location(location), result.isPresent() ? result.get() : Running.of(request));
  }

  /** The body of a request, for the description. */
  record Asked(
      @Nullable String partner,
      String sipAddress,
      @Nullable String kind,
      boolean deleteItem,
      @Nullable String token) {}

  private static Optional<Duration> wait(@Nullable String prefer) {
    if (prefer == null) {
      return Optional.empty();
    }
    var matcher = WAIT.matcher(prefer);
    return matcher.find()
        ? Optional.of(Duration.ofSeconds(Math.min(Long.parseLong(matcher.group(1)), LONGEST_WAIT)))
        : Optional.empty();
  }

  @GET
  @RunOnVirtualThread
  @RolesAllowed({"admin", "viewer"})
  @Operation(
      summary = "The latest result of each target",
      description =
          "With the state of each target, which changes after several results, and the partners that have failed as a whole or are being maintained.")
  @APIResponse(responseCode = "200", description = "A page of targets")
  @APIResponse(responseCode = "400", description = "limit or cursor is no number")
  public Response latest(
      @QueryParam("partner") @Nullable String partner,
      @QueryParam("sipAddress") @Nullable String sipAddress,
      @QueryParam("outcome") @Nullable String outcome,
      @QueryParam("state") @Nullable String state,
      @Parameter(schema = @Schema(type = SchemaType.INTEGER))
          @QueryParam("limit")
          @DefaultValue("1000")
          String limit,
      @Parameter(schema = @Schema(type = SchemaType.INTEGER))
          @QueryParam("cursor")
          @DefaultValue("0")
          String cursor) {
    // A number that is none would come to a 404 where JAX-RS reads it.
    for (var number : Map.of("limit", limit, "cursor", cursor).entrySet()) {
      if (!NUMBER.matcher(number.getValue()).matches()) {
        return problem(
            Problem.of(
                    "parameter-malformed",
                    "A parameter does not hold",
                    400,
                    number.getKey() + " must be a number of at most nine digits.")
                .with("field", number.getKey()));
      }
    }
    Standing standing = states.now();
    List<LatestOf> all =
        results
            .latest(
                it ->
                    targets.partner(it.partner()).isPresent()
                        && (partner == null || it.partner().equals(partner))
                        && (sipAddress == null || it.sipAddress().equalsIgnoreCase(sipAddress)))
            .stream()
            .filter(it -> outcome == null || it.outcome().name().equalsIgnoreCase(outcome))
            .map(it -> new LatestOf(it, standing.of(Target.of(it)).label()))
            .filter(it -> state == null || it.state().equals(state))
            .toList();
    int from = Math.clamp(Integer.parseInt(cursor), 0, all.size());
    int to = Math.min(all.size(), from + Math.clamp(Integer.parseInt(limit), 1, MOST_ITEMS));
    return json(
        Response.ok(),
        new Latest(
            all.subList(from, to),
            all.stream()
                .map(it -> it.result().partner())
                .distinct()
                .map(it -> standing(it, standing))
                .filter(it -> it.failedBy() != null || it.maintenance())
                .toList(),
            to < all.size() ? Integer.toString(to) : null));
  }

  private PartnerStanding standing(String partner, Standing standing) {
    return new PartnerStanding(
        partner,
        standing.failedPartners().get(partner),
        maintenance.isNow(partner, clock.instant()));
  }

  @GET
  @Path("/{id}")
  @RunOnVirtualThread
  @RolesAllowed({"admin", "viewer"})
  @Operation(summary = "The result of a probe")
  @APIResponse(responseCode = "200", description = "The result, ProbeCompleted")
  @APIResponse(responseCode = "202", description = "It runs")
  @APIResponse(responseCode = "404", description = "There is no such probe, or it is forgotten")
  public Response one(@PathParam("id") String id) {
    Optional<ProbeCompleted> result = results.get(id);
    if (result.isPresent()) {
      return json(Response.ok(), result.get());
    }
    Optional<ProbeRequested> pending = results.pending(id);
    if (pending.isPresent()) {
      return json(
          Response.accepted().header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS),
          Running.of(pending.get()));
    }
    return problem(
        Problem.of(
            "probe-unknown",
            "There is no such probe",
            404,
            "Only the latest results are kept here. ./concordat events --type ProbeCompleted shows"
                + " those of the last 7 days."));
  }

  @GET
  @Path("/{id}/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RolesAllowed({"admin", "viewer"})
  @Operation(
      summary = "A probe's stages as they come",
      description =
          "Events: began (the name of a stage), stage (a stage that has ended), completed (ProbeCompleted, the last). Where another replica runs the probe, only completed comes.")
  @APIResponse(responseCode = "200", description = "The stages")
  @APIResponse(responseCode = "404", description = "There is no such probe, or it is over")
  public Multi<OutboundSseEvent> follow(@PathParam("id") String id, @Context Sse sse) {
    var told = new FollowedStages();
    return followed
        .follow(id)
        .onItem()
        .transformToIterable(told::news)
        .map(it -> sse.newEventBuilder().name(it.name()).data(it.json()).build());
  }

  @GET
  @Path("/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RolesAllowed({"admin", "viewer"})
  @Operation(summary = "Results as CloudEvents, and those that come")
  @APIResponse(responseCode = "200", description = "The events")
  @APIResponse(responseCode = "400", description = "The position is none")
  @APIResponse(responseCode = "503", description = "Too many follow already")
  public Multi<OutboundSseEvent> events(
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @QueryParam("follow") @DefaultValue("true") boolean follow,
      @Context Sse sse) {
    try {
      return feed.replay(Set.of(Topic.PROBES), lastEventId, follow)
          .map(item -> sse.newEventBuilder().id(item.position()).data(item.json()).build());
    } catch (FeedRefused e) {
      int status = e.reason() == FeedRefused.Reason.TOO_MANY ? 503 : 400;
      throw new WebApplicationException(
          problem(
              Problem.of(
                  "feed-refused",
                  "The feed can't be had",
                  status,
                  String.valueOf(e.getMessage()))));
    }
  }

  private static Response problem(Problem problem) {
    var answer = Response.status(problem.status());
    if (problem.status() == 503) {
      answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return json(answer.type("application/problem+json"), problem);
  }

  private static Response json(Response.ResponseBuilder answer, Object body) {
    try {
      return answer.entity(Json.mapper().writeValueAsBytes(body)).build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record that can't be written", e);
    }
  }
}
