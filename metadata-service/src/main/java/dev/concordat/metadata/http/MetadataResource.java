package dev.concordat.metadata.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.messaging.EventFeed;
import dev.concordat.messaging.FeedRefused;
import dev.concordat.metadata.reading.Refresher;
import dev.concordat.metadata.reading.Refresher.NotRead;
import dev.concordat.metadata.reading.Refresher.NotReadException;
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
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What was read of the partners, over HTTP. */
@Path("/v1/metadata")
@Tag(name = "Partners' metadata")
@Produces(MediaType.APPLICATION_JSON)
public class MetadataResource {

  /** Partners in one answer at most. */
  private static final int MOST = 1_000;

  private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,3}");

  private final Refresher refresher;
  private final MetadataTable table;
  private final EventFeed feed;

  MetadataResource(Refresher refresher, MetadataTable table, EventFeed feed) {
    this.refresher = refresher;
    this.table = table;
    this.feed = feed;
  }

  /**
   * A page of the table.
   *
   * @param items in the order of their names
   * @param next the cursor of the next page; absent where this is the last
   */
  public record Page(List<PartnerRow> items, @Nullable String next) {}

  @GET
  @RunOnVirtualThread
  @RolesAllowed({"admin", "viewer"})
  @Operation(
      summary = "How every partner is: its document, its certificates, what to see to",
      description = "With attention=true only those that need somebody.")
  @APIResponse(responseCode = "200", description = "The partners")
  @APIResponse(responseCode = "400", description = "The limit can't be had")
  public Response all(
      @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000"))
          @QueryParam("limit")
          @DefaultValue("1000")
          String limit,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("attention") @DefaultValue("false") boolean attention) {
    // A number that is none would come to a 404 where JAX-RS reads it.
    if (!LIMIT.matcher(limit).matches() || Integer.parseInt(limit) > MOST) {
      return problem(badLimit(limit));
    }
    return json(Response.ok(), table.page(cursor, Integer.parseInt(limit), attention));
  }

  @GET
  @RunOnVirtualThread
  @Produces(MediaType.TEXT_PLAIN)
  @RolesAllowed({"admin", "viewer"})
  @Operation(hidden = true)
  public Response allAsText(@QueryParam("attention") @DefaultValue("false") boolean attention) {
    return Response.ok(table.text(attention), "text/plain; charset=utf-8").build();
  }

  @GET
  @RunOnVirtualThread
  @Path("/{name}")
  @RolesAllowed({"admin", "viewer"})
  @Operation(summary = "What was last read of a partner")
  @APIResponse(responseCode = "200", description = "What was read")
  @APIResponse(
      responseCode = "404",
      description = "There is no such partner, or nothing was read of it yet")
  public Response one(@PathParam("name") String name) {
    Optional<MetadataRefreshed> read = refresher.latest(name);
    if (read.isPresent()) {
      return json(Response.ok(), read.get());
    }
    return refresher.partner(name).isPresent()
        ? problem(
            Problem.of(
                "metadata-not-read",
                "Nothing was read of this partner yet",
                404,
                "The partner is registered, but its document was not read yet, or it has none."))
        : problem(unknown());
  }

  @POST
  @RunOnVirtualThread
  @Path("/{name}/refresh")
  @RolesAllowed("admin")
  @Operation(summary = "Reads a partner's document now, and says what came of it")
  @APIResponse(responseCode = "200", description = "What was read")
  @APIResponse(responseCode = "404", description = "There is no such partner")
  @APIResponse(responseCode = "409", description = "It has no document, or is disabled")
  @APIResponse(responseCode = "429", description = "It was read a moment ago")
  @APIResponse(responseCode = "503", description = "It is still being read")
  public Response refresh(@PathParam("name") String name) throws InterruptedException {
    return read(name, false);
  }

  @POST
  @RunOnVirtualThread
  @Path("/{name}/accept")
  @RolesAllowed("admin")
  @Operation(summary = "Accepts the identity that a partner's document has now")
  @APIResponse(responseCode = "200", description = "What was read")
  @APIResponse(responseCode = "404", description = "There is no such partner")
  @APIResponse(responseCode = "409", description = "It has no document, or is disabled")
  @APIResponse(responseCode = "503", description = "It is still being read")
  public Response accept(@PathParam("name") String name) throws InterruptedException {
    return read(name, true);
  }

  @GET
  @Path("/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RolesAllowed({"admin", "viewer"})
  @Operation(summary = "Readings as CloudEvents, and those that come")
  @APIResponse(responseCode = "200", description = "The events")
  @APIResponse(responseCode = "400", description = "The position is none")
  @APIResponse(responseCode = "503", description = "Too many follow already")
  public Multi<OutboundSseEvent> events(
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @QueryParam("follow") @DefaultValue("true") boolean follow,
      @Context Sse sse) {
    try {
      return feed.replay(Set.of(Topic.METADATA), lastEventId, follow)
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

  private Response read(String name, boolean accept) throws InterruptedException {
    try {
      return json(Response.ok(), refresher.refreshNow(name, accept));
    } catch (NotReadException e) {
      return problem(
          switch (e.why()) {
            case NotRead.Unknown _ -> unknown();
            case NotRead.NothingToRead _ ->
                Problem.of(
                    "metadata-none",
                    "This partner has no document",
                    409,
                    "Its trust is certificates given by hand, or a token server: there is nothing to"
                        + " read.");
            case NotRead.TooSoon _ ->
                Problem.of(
                    "refresh-too-soon",
                    "It was read a moment ago",
                    429,
                    "A partner's document is read at most once a second. GET shows what was read.");
            case NotRead.Disabled _ ->
                Problem.of(
                    "partner-disabled",
                    "The partner is disabled",
                    409,
                    "Nothing of a disabled partner is read. Enable it first: ./concordat partner set"
                        + " NAME --enabled true.");
            case NotRead.StillReading _ ->
                Problem.of(
                    "refresh-still-running",
                    "It is still being read",
                    503,
                    "The partner is slow. The result appears under GET when it is there.");
          });
    }
  }

  private static Problem badLimit(String limit) {
    return Problem.of(
            "limit-refused",
            "The limit can't be had",
            400,
            "limit is a number from 1 to %d.".formatted(MOST))
        .with("field", "limit")
        .with("value", limit.length() > 20 ? limit.substring(0, 20) : limit);
  }

  private static Problem unknown() {
    return Problem.of(
        "partner-unknown",
        "There is no such partner",
        404,
        "No partner of this name is registered. ./concordat partner list shows those that are.");
  }

  private static Response problem(Problem problem) {
    var answer = Response.status(problem.status());
    if (problem.status() == 503 || problem.status() == 429) {
      answer.header(HttpHeaders.RETRY_AFTER, problem.status() == 429 ? 1 : 5);
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
