package dev.concordat.registry.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import dev.concordat.contracts.events.Expectation;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerCommandDecided;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.contracts.events.RemovePartner;
import dev.concordat.messaging.EventFeed;
import dev.concordat.messaging.FeedRefused;
import dev.concordat.registry.PartnerDirectory;
import dev.concordat.registry.deciding.CommandDesk;
import dev.concordat.registry.deciding.NotDecided;
import dev.concordat.registry.rules.PartnerRules;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Partner applications over HTTP. */
@Path("/v1/partners")
@Tag(name = "Partner applications")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class PartnerResource {

  private static final String PROBLEM_JSON = "application/problem+json";
  private static final Pattern STRONG_ETAG = Pattern.compile("\"(\\d{1,18})\"");
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final int LARGEST_PAGE = 1000;

  private final PartnerDirectory directory;
  private final CommandDesk desk;
  private final EventFeed feed;
  private final SecurityIdentity caller;
  private final InstantSource clock;

  PartnerResource(
      PartnerDirectory directory,
      CommandDesk desk,
      EventFeed feed,
      SecurityIdentity caller,
      InstantSource clock) {
    this.directory = directory;
    this.desk = desk;
    this.feed = feed;
    this.caller = caller;
    this.clock = clock;
  }

  /**
   * A page of partners.
   *
   * @param items in the order of their names
   * @param next what to give as {@code cursor} for the next page; absent on the last
   */
  public record Page(List<PartnerRegistered> items, @Nullable String next) {}

  @GET
  @RolesAllowed({"admin", "viewer"})
  @Operation(summary = "The partner applications, in the order of their names")
  public Response list(
      @Parameter(description = "only partners of this kind") @QueryParam("kind")
          @Nullable String kind,
      @QueryParam("enabled") @Nullable Boolean enabled,
      @Parameter(description = "1 to 1000") @QueryParam("limit") @DefaultValue("100") int limit,
      @Parameter(description = "where the page before ended") @QueryParam("cursor")
          @Nullable String cursor) {
    Predicate<PartnerRegistered> matching = _ -> true;
    if (kind != null) {
      Optional<PartnerKind> wanted = kindNamed(kind);
      if (wanted.isEmpty()) {
        return badParameter("kind", "exchange, skype, sharepoint, token-server or generic");
      }
      matching = matching.and(it -> it.kind() == wanted.get());
    }
    if (enabled != null) {
      matching = matching.and(it -> it.enabled() == enabled);
    }
    if (limit < 1 || limit > LARGEST_PAGE) {
      return badParameter("limit", "1 to " + LARGEST_PAGE);
    }
    String behind = null;
    if (cursor != null) {
      try {
        behind = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return badParameter("cursor", "the value of next on the page before");
      }
    }
    List<PartnerRegistered> found = directory.page(behind, limit + 1, matching);
    boolean more = found.size() > limit;
    List<PartnerRegistered> items = more ? found.subList(0, limit) : found;
    String next =
        more
            ? Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(items.getLast().name().getBytes(StandardCharsets.UTF_8))
            : null;
    return json(Response.ok(), new Page(items, next));
  }

  @GET
  @Path("/{name}")
  @RolesAllowed({"admin", "viewer"})
  @Operation(summary = "A partner application")
  public Response get(
      @PathParam("name") String name,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known) {
    Optional<PartnerRegistered> found = directory.named(name);
    if (found.isEmpty()) {
      return problem(PartnerRules.unknown(name));
    }
    PartnerRegistered partner = found.get();
    if (etag(partner).equals(known)) {
      return Response.notModified().header(HttpHeaders.ETAG, etag(partner)).build();
    }
    return json(Response.ok().header(HttpHeaders.ETAG, etag(partner)), partner);
  }

  @PUT
  @Path("/{name}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed("admin")
  @Operation(
      summary = "Registers a partner application, or replaces it",
      description =
          "Repeating the same request changes nothing. The header Concordat-Outcome says created,"
              + " replaced or unchanged.")
  public Response put(
      @PathParam("name") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
      @Parameter(description = "whether another kind, identifier or realm is meant")
          @QueryParam("acceptIdentityChange")
          boolean acceptIdentityChange,
      @HeaderParam("traceparent") @Nullable String traceparent,
      byte[] body)
      throws InterruptedException {
    PartnerApplication asked;
    Expectation expectation;
    try {
      asked = PartnerBody.read(body).asked(name);
      expectation = expectation(ifMatch, ifNoneMatch);
    } catch (PartnerBody.Malformed e) {
      return problem(e.problem());
    }
    // Found here as well, so that nonsense never reaches Kafka; it is the deciding side that
    // counts.
    Optional<Problem> malformed = PartnerRules.malformed(asked);
    if (malformed.isPresent()) {
      return problem(malformed.get());
    }
    String id = UUID.randomUUID().toString();
    return submit(
        id,
        name,
        new RegisterPartner(
            id, asked, expectation, acceptIdentityChange, callerName(), clock.instant()),
        traceparent);
  }

  @DELETE
  @Path("/{name}")
  @RolesAllowed("admin")
  @Operation(summary = "Removes a partner application")
  public Response delete(
      @PathParam("name") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @HeaderParam("traceparent") @Nullable String traceparent)
      throws InterruptedException {
    Expectation expectation;
    try {
      expectation = expectation(ifMatch, null);
    } catch (PartnerBody.Malformed e) {
      return problem(e.problem());
    }
    String spelt = directory.named(name).map(PartnerRegistered::name).orElse(name);
    String id = UUID.randomUUID().toString();
    return submit(
        id,
        spelt,
        new RemovePartner(id, spelt, expectation, callerName(), clock.instant()),
        traceparent);
  }

  @GET
  @Path("/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RolesAllowed({"admin", "viewer"})
  @Operation(summary = "The changes of partner applications as CloudEvents, and those that come")
  public Multi<OutboundSseEvent> events(
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @Parameter(description = "whether to stay for what comes")
          @QueryParam("follow")
          @DefaultValue("true")
          boolean follow,
      @jakarta.ws.rs.core.Context Sse sse) {
    try {
      return feed.replay(Set.of(Topic.PARTNERS), lastEventId, follow)
          .map(item -> sse.newEventBuilder().id(item.position()).data(item.json()).build());
    } catch (FeedRefused e) {
      int status = e.reason() == FeedRefused.Reason.TOO_MANY ? 503 : 400;
      throw new jakarta.ws.rs.WebApplicationException(
          problem(
              Problem.of(
                  "feed-refused",
                  "The feed can't be had",
                  status,
                  String.valueOf(e.getMessage()))));
    }
  }

  private Response submit(String id, String name, Event command, @Nullable String traceparent)
      throws InterruptedException {
    PartnerCommandDecided decided;
    try {
      String trace =
          traceparent != null && TRACEPARENT.matcher(traceparent).matches() ? traceparent : null;
      decided = desk.submit(id, name, command, trace);
    } catch (NotDecided e) {
      return problem(e.problem());
    }
    String outcome = decided.outcome().name().toLowerCase(Locale.ROOT);
    return switch (decided.outcome()) {
      case CREATED, REPLACED, UNCHANGED -> {
        Optional<PartnerRegistered> partner = directory.named(name);
        // It may have been removed again in between: then what was decided is still what is told.
        var answer =
            Response.status(decided.outcome() == PartnerCommandDecided.Outcome.CREATED ? 201 : 200)
                .header("Concordat-Outcome", outcome);
        partner.ifPresent(it -> answer.header(HttpHeaders.ETAG, etag(it)));
        yield partner.isPresent()
            ? json(answer, partner.get())
            : answer.header(HttpHeaders.ETAG, "\"" + decided.revision() + "\"").build();
      }
      case REMOVED -> Response.noContent().header("Concordat-Outcome", outcome).build();
      case REFUSED -> {
        Problem why = decided.problem();
        yield problem(
            why == null
                ? Problem.of("refused", "The command was refused", 409, "No reason was given.")
                : why);
      }
    };
  }

  private String callerName() {
    return caller.getPrincipal().getName();
  }

  private static @Nullable Expectation expectation(
      @Nullable String ifMatch, @Nullable String ifNoneMatch) throws PartnerBody.Malformed {
    if (ifNoneMatch != null) {
      if (!ifNoneMatch.trim().equals("*")) {
        throw new PartnerBody.Malformed(
            Problem.of(
                "condition-malformed",
                "The condition can't be read",
                400,
                "If-None-Match may only be * here: register only if the name is free."));
      }
      return new Expectation(null, true);
    }
    if (ifMatch == null) {
      return null;
    }
    Matcher etag = STRONG_ETAG.matcher(ifMatch.trim());
    if (!etag.matches()) {
      throw new PartnerBody.Malformed(
          Problem.of(
              "condition-malformed",
              "The condition can't be read",
              400,
              "If-Match must be the ETag that the partner was read with, such as \"42\"."));
    }
    return new Expectation(Long.valueOf(etag.group(1)), false);
  }

  private static String etag(PartnerRegistered partner) {
    return "\"" + partner.revision() + "\"";
  }

  private static Optional<PartnerKind> kindNamed(String kind) {
    for (PartnerKind known : PartnerKind.values()) {
      if (known.name().replace('_', '-').equalsIgnoreCase(kind)) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  private static Response badParameter(String name, String allowed) {
    return problem(
        Problem.of(
                "parameter-malformed",
                "A parameter does not hold",
                400,
                "%s must be %s.".formatted(name, allowed))
            .with("field", name)
            .with("rule", allowed));
  }

  private static Response problem(Problem problem) {
    var answer = Response.status(problem.status());
    if (problem.status() == 503) {
      answer.header(HttpHeaders.RETRY_AFTER, 5);
    }
    return json(answer, problem, PROBLEM_JSON);
  }

  private static Response json(Response.ResponseBuilder answer, Object body) {
    return json(answer, body, MediaType.APPLICATION_JSON);
  }

  private static Response json(Response.ResponseBuilder answer, Object body, String type) {
    try {
      return answer.entity(Json.mapper().writeValueAsBytes(body)).type(type).build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record that can't be written", e);
    }
  }
}
