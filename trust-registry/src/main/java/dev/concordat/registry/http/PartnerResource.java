package dev.concordat.registry.http;

import static dev.concordat.registry.http.Answers.etag;
import static dev.concordat.registry.http.Answers.json;
import static dev.concordat.registry.http.Answers.problem;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.Event;
import dev.concordat.contracts.events.Expectation;
import dev.concordat.contracts.events.Idempotency;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerCommandDecided;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.contracts.events.RemovePartner;
import dev.concordat.messaging.EventFeed;
import dev.concordat.messaging.FeedRefused;
import dev.concordat.registry.PartnerDirectory;
import dev.concordat.registry.PartnerFilter;
import dev.concordat.registry.PartnerHistory;
import dev.concordat.registry.deciding.CommandDesk;
import dev.concordat.registry.deciding.NotDecided;
import dev.concordat.registry.declarations.MalformedDeclaration;
import dev.concordat.registry.declarations.PartnerDeclaration;
import dev.concordat.registry.rules.PartnerRules;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
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
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Partner applications over HTTP. */
@Path("/v1/partners")
@Tag(name = "Partner applications")
@Produces(MediaType.APPLICATION_JSON)
public class PartnerResource {

  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final int LARGEST_PAGE = 1000;

  private final PartnerDirectory directory;
  private final PartnerHistory history;
  private final CommandDesk desk;
  private final EventFeed feed;
  private final SecurityIdentity caller;
  private final InstantSource clock;
  private final ExecutorService waiting;

  PartnerResource(
      PartnerDirectory directory,
      PartnerHistory history,
      CommandDesk desk,
      EventFeed feed,
      SecurityIdentity caller,
      InstantSource clock,
      @VirtualThreads ExecutorService waiting) {
    this.directory = directory;
    this.history = history;
    this.desk = desk;
    this.feed = feed;
    this.caller = caller;
    this.clock = clock;
    this.waiting = waiting;
  }

  /**
   * A page of partners.
   *
   * @param items in the order of their names
   * @param next what to give as {@code cursor} for the next page; absent on the last
   */
  public record Page(List<PartnerRegistered> items, @Nullable String next) {}

  /**
   * The changes of a partner.
   *
   * @param items the newest first
   */
  public record Changes(List<PartnerHistory.Entry> items) {}

  @GET
  @RunOnVirtualThread
  @RolesAllowed({"admin", "viewer"})
  @Operation(summary = "The partner applications, in the order of their names")
  @APIResponse(responseCode = "200", description = "A page")
  @APIResponse(responseCode = "400", description = "Something of the request can't be read")
  public Response list(
      @Parameter(description = "only partners of this kind") @QueryParam("kind")
          @Nullable String kind,
      @QueryParam("enabled") @Nullable String enabled,
      @Parameter(description = "metadata, certificates, token-server or none") @QueryParam("trust")
          @Nullable String trust,
      @QueryParam("applicationIdentifier") @Nullable String applicationIdentifier,
      @QueryParam("realm") @Nullable String realm,
      @Parameter(
              description =
                  "only what files declare whose source and path begin so; empty for what was"
                      + " registered by hand")
          @QueryParam("declaredIn")
          @Nullable String declaredIn,
      @Parameter(description = "what the name or the metadata URL contains") @QueryParam("text")
          @Nullable String text,
      @Parameter(description = "1 to 1000") @QueryParam("limit") @DefaultValue("100") String limit,
      @Parameter(description = "where the page before ended") @QueryParam("cursor")
          @Nullable String cursor) {
    PartnerFilter filter;
    int most;
    String behind;
    try {
      filter =
          new PartnerFilter(
              Parameters.oneOf("kind", PartnerKind.class, kind),
              Parameters.flag("enabled", enabled),
              Parameters.oneOf("trust", PartnerFilter.TrustSource.class, trust),
              applicationIdentifier,
              realm,
              declaredIn,
              text);
      most = Parameters.number("limit", limit, 1, LARGEST_PAGE);
      behind = Parameters.cursor("cursor", cursor);
    } catch (MalformedDeclaration e) {
      return problem(e.problem());
    }
    List<PartnerRegistered> found = directory.page(behind, most + 1, filter);
    boolean more = found.size() > most;
    List<PartnerRegistered> items = more ? found.subList(0, most) : found;
    return json(
        Response.ok(),
        new Page(items, more ? Parameters.cursorBehind(items.getLast().name()) : null));
  }

  @GET
  @Path("/{name}")
  @RolesAllowed({"admin", "viewer"})
  @NonBlocking
  @Operation(summary = "A partner application")
  @APIResponse(responseCode = "200", description = "The partner")
  @APIResponse(responseCode = "304", description = "It is the revision that the caller has")
  @APIResponse(responseCode = "404", description = "There is no such partner")
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
    return json(Response.ok().header(HttpHeaders.ETAG, etag(partner)), shown(partner));
  }

  @GET
  @RunOnVirtualThread
  @Path("/{name}/history")
  @RolesAllowed({"admin", "viewer"})
  @Operation(
      summary = "Who changed a partner application, when and how",
      description =
          "The newest change first, as far back as Kafka still has them: the topic is compacted, so"
              + " of old ones only the last may be left.")
  @APIResponse(responseCode = "200", description = "The changes")
  @APIResponse(responseCode = "404", description = "There is no such partner")
  @APIResponse(responseCode = "503", description = "Kafka is away")
  public Response history(@PathParam("name") String name) throws InterruptedException {
    try {
      List<PartnerHistory.Entry> entries = history.of(name);
      return entries.isEmpty()
          ? problem(PartnerRules.unknown(name))
          : json(Response.ok(), new Changes(entries));
    } catch (TimeoutException e) {
      return problem(
          Problem.of(
              "history-unavailable",
              "The history can't be read now",
              503,
              "Kafka did not answer in time, or too many histories are being read. Try again in a"
                  + " few seconds."));
    }
  }

  @PUT
  @NonBlocking
  @Path("/{name}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed("admin")
  @Operation(
      summary = "Registers a partner application, or replaces it",
      description =
          "Repeating the same request changes nothing. The header Concordat-Outcome says created,"
              + " replaced or unchanged. With an Idempotency-Key, a repetition within a day gets the"
              + " first answer.")
  @APIResponse(responseCode = "200", description = "It was replaced, or was so already")
  @APIResponse(responseCode = "201", description = "It is registered")
  @APIResponse(responseCode = "400", description = "Something of the request can't be read")
  @APIResponse(responseCode = "404", description = "What the condition names is not there")
  @APIResponse(responseCode = "409", description = "It is at odds with what is registered")
  @APIResponse(responseCode = "412", description = "The condition does not hold")
  @APIResponse(responseCode = "413", description = "The declaration is too long")
  @APIResponse(responseCode = "422", description = "The declaration does not hold")
  @APIResponse(responseCode = "503", description = "It can't be decided now")
  public Uni<Response> put(
      @PathParam("name") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
      @HeaderParam(IDEMPOTENCY_KEY) @Nullable String idempotencyKey,
      @Parameter(description = "whether another kind, identifier or realm is meant")
          @QueryParam("acceptIdentityChange")
          @Nullable String acceptIdentityChange,
      @Parameter(
              description = "whether to change what a file declares, and take it out of its hands")
          @QueryParam("takeOver")
          @Nullable String takeOver,
      @HeaderParam("traceparent") @Nullable String traceparent,
      InputStream body) {
    String requestedBy = callerName();
    // The event loop hands the body over whole where it is short; what has to wait, for the rest of
    // a long one or for Kafka, waits on a virtual thread.
    return Uni.createFrom()
        .item(
            () -> {
              try {
                RegisterPartner command =
                    command(
                        name,
                        RequestBody.read(body),
                        Conditions.expectation(ifMatch, ifNoneMatch),
                        Parameters.is("acceptIdentityChange", acceptIdentityChange),
                        Parameters.is("takeOver", takeOver),
                        idempotencyKey,
                        requestedBy);
                return submit(
                    command.commandId(), name, command, command.idempotency(), traceparent);
              } catch (MalformedDeclaration e) {
                return problem(e.problem());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the service stops", e);
              }
            })
        .runSubscriptionOn(waiting);
  }

  private RegisterPartner command(
      String name,
      byte[] sent,
      @Nullable Expectation expectation,
      boolean identityChange,
      boolean takesOver,
      @Nullable String idempotencyKey,
      String requestedBy)
      throws MalformedDeclaration {
    PartnerApplication asked = PartnerDeclaration.read(sent).asked(name);
    // Found here as well, so that nonsense never reaches Kafka; it is the deciding side that
    // counts.
    Optional<Problem> malformed = PartnerRules.malformed(asked);
    if (malformed.isPresent()) {
      throw new MalformedDeclaration(malformed.get());
    }
    return new RegisterPartner(
        UUID.randomUUID().toString(),
        asked,
        expectation,
        identityChange,
        takesOver,
        null,
        Conditions.idempotency(
            idempotencyKey, requestedBy, "PUT", name, expectation, identityChange, takesOver, sent),
        requestedBy,
        clock.instant());
  }

  @DELETE
  @RunOnVirtualThread
  @Path("/{name}")
  @RolesAllowed("admin")
  @Operation(
      summary = "Removes a partner application",
      description = "With an Idempotency-Key, a repetition within a day gets the first answer.")
  @APIResponse(responseCode = "204", description = "It is removed")
  @APIResponse(responseCode = "400", description = "Something of the request can't be read")
  @APIResponse(responseCode = "404", description = "There is no such partner")
  @APIResponse(responseCode = "409", description = "It is at odds with what is registered")
  @APIResponse(responseCode = "412", description = "The condition does not hold")
  @APIResponse(
      responseCode = "422",
      description = "The Idempotency-Key was used for something else")
  @APIResponse(responseCode = "503", description = "It can't be decided now")
  public Response delete(
      @PathParam("name") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @HeaderParam(IDEMPOTENCY_KEY) @Nullable String idempotencyKey,
      @Parameter(description = "whether to remove what a file declares") @QueryParam("takeOver")
          @Nullable String takeOver,
      @HeaderParam("traceparent") @Nullable String traceparent)
      throws InterruptedException {
    RemovePartner command;
    try {
      boolean takesOver = Parameters.is("takeOver", takeOver);
      command =
          new RemovePartner(
              UUID.randomUUID().toString(),
              directory.named(name).map(PartnerRegistered::name).orElse(name),
              Conditions.expectation(ifMatch, null),
              takesOver,
              null,
              Conditions.idempotency(
                  idempotencyKey, callerName(), "DELETE", name, ifMatch, takesOver),
              callerName(),
              clock.instant());
    } catch (MalformedDeclaration e) {
      return problem(e.problem());
    }
    return submit(command.commandId(), command.name(), command, command.idempotency(), traceparent);
  }

  @GET
  @Path("/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RolesAllowed({"admin", "viewer"})
  @Operation(summary = "The changes of partner applications as CloudEvents, and those that come")
  @APIResponse(responseCode = "200", description = "The events")
  @APIResponse(responseCode = "400", description = "The position is none")
  @APIResponse(responseCode = "503", description = "Too many follow already")
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

  private Response submit(
      String id,
      String name,
      Event command,
      @Nullable Idempotency idempotency,
      @Nullable String traceparent)
      throws InterruptedException {
    CommandDesk.Answer told;
    try {
      String trace =
          traceparent != null && TRACEPARENT.matcher(traceparent).matches() ? traceparent : null;
      told = desk.submit(id, name, command, idempotency, trace);
    } catch (NotDecided e) {
      return problem(e.problem());
    }
    PartnerCommandDecided decided = told.decided();
    var answer =
        switch (decided.outcome()) {
          case CREATED -> Response.status(201);
          case REPLACED, UNCHANGED -> Response.ok();
          case REMOVED -> Response.noContent();
          case REFUSED -> Response.status(409);
        };
    answer.header("Concordat-Outcome", decided.outcome().name().toLowerCase(Locale.ROOT));
    if (told.repeated()) {
      answer.header("Idempotent-Replayed", "true");
    }
    return switch (decided.outcome()) {
      case CREATED, REPLACED, UNCHANGED -> {
        // Of the decision, not of what is shown: whoever changed it since is not overwritten.
        answer.header(HttpHeaders.ETAG, Answers.etag(Objects.requireNonNull(decided.revision())));
        Optional<PartnerRegistered> partner = directory.named(name);
        yield partner.isPresent() ? json(answer, shown(partner.get())) : answer.build();
      }
      case REMOVED -> answer.build();
      case REFUSED -> {
        Problem why = decided.problem();
        yield problem(
            why == null
                ? Problem.of("refused", "The command was refused", 409, "No reason was given.")
                : why);
      }
    };
  }

  private PartnerAnswer shown(PartnerRegistered partner) {
    return PartnerAnswer.of(partner, clock.instant());
  }

  private String callerName() {
    return caller.getPrincipal().getName();
  }
}
