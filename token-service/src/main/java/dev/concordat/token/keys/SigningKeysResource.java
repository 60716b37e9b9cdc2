package dev.concordat.token.keys;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.messaging.EventFeed;
import dev.concordat.messaging.FeedItem;
import dev.concordat.messaging.FeedRefused;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.net.URI;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What admins see of our signing keys: their public side. */
@Path("/v1/signing-keys")
@RolesAllowed({"admin", "viewer"})
public class SigningKeysResource {

  private static final int BAD_REQUEST = 400;
  private static final int UNAVAILABLE = 503;
  private static final int RETRY_AFTER_SECONDS = 10;

  private final ActiveKeyRing keys;
  private final AnnouncedKeys announced;
  private final KeyEmergency emergency;
  private final EventFeed feed;

  @Inject
  SigningKeysResource(
      ActiveKeyRing keys, AnnouncedKeys announced, KeyEmergency emergency, EventFeed feed) {
    this.keys = keys;
    this.announced = announced;
    this.emergency = emergency;
    this.feed = feed;
  }

  /**
   * The keys, the one that signs first.
   *
   * @param keys each with what it is used for
   * @param fault what is wrong with their source; absent while it can be read
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Keys(List<Key> keys, @Nullable String fault) {}

  /**
   * A key.
   *
   * @param keyId the {@code x5t} of the tokens that it signs
   * @param phase what others know of its use; absent while it isn't announced
   * @param state its slot
   * @param signs whether this replica signs with it
   * @param publishedAt when its phase was announced; absent while it isn't yet
   * @param activeFrom when it began or begins to sign
   * @param taintedAt since when it must sign nothing
   * @param certificate what an admin asks first of its certificate
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Key(
      String keyId,
      @Nullable Phase phase,
      KeyState state,
      boolean signs,
      @Nullable Instant publishedAt,
      @Nullable Instant activeFrom,
      @Nullable Instant taintedAt,
      CertificateSummary certificate) {}

  /** Lists the keys that are announced, and this replica's own while they aren't yet. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(operationId = "listSigningKeys", summary = "Our signing keys, the current one first")
  public Keys list() {
    KeySlots slots = keys.slots();
    Map<String, Key> byId = new LinkedHashMap<>();
    announced.all().forEach((id, said) -> byId.put(id, key(said, slots)));
    for (HeldKey held : keys.held()) {
      byId.putIfAbsent(held.id(), unannounced(held, slots));
    }
    return new Keys(
        byId.values().stream()
            .sorted(
                Comparator.comparing((Key key) -> !key.signs())
                    .thenComparing(Key::state)
                    .thenComparing(Key::keyId))
            .toList(),
        keys.fault().orElse(null));
  }

  /** Has a key sign nothing more, although what it signed still counts. */
  @POST
  @Path("/{keyId}/taint")
  @RolesAllowed("admin")
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "taintSigningKey",
      summary = "The key signs nothing more; another one signs at once")
  public Key taint(@PathParam("keyId") String keyId, @Context SecurityContext who)
      throws InterruptedException {
    return changed(keyId, who, emergency::taint);
  }

  /** Has every token of a key refused. */
  @POST
  @Path("/{keyId}/revoke")
  @RolesAllowed("admin")
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "revokeSigningKey",
      summary =
          "The key signs nothing more, leaves our document, and every token that it signed is refused; another one signs at once")
  public Key revoke(@PathParam("keyId") String keyId, @Context SecurityContext who)
      throws InterruptedException {
    return changed(keyId, who, emergency::revoke);
  }

  @FunctionalInterface
  private interface Change {
    SigningKeyPublished apply(String keyId, String by)
        throws KeyEmergency.UnknownKey, KeyEmergency.NoOtherKey, NotAnnounced, InterruptedException;
  }

  private Key changed(String keyId, SecurityContext who, Change change)
      throws InterruptedException {
    try {
      return key(change.apply(keyId, who.getUserPrincipal().getName()), keys.slots());
    } catch (KeyEmergency.UnknownKey e) {
      throw problem(404, "unknown-signing-key", "There is no such key", e);
    } catch (KeyEmergency.NoOtherKey e) {
      throw problem(409, "no-other-key", "It is the only key that can sign", e);
    } catch (NotAnnounced e) {
      throw HttpProblem.builder(problem(503, "keys-not-announced", "Kafka does not answer", e))
          .withHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
          .build();
    }
  }

  private static HttpProblem problem(int status, String code, String title, Exception cause) {
    return HttpProblem.builder()
        .withType(URI.create(Problem.TYPE_PREFIX + code))
        .withTitle(title)
        .withStatus(status)
        .withDetail(String.valueOf(cause.getMessage()))
        .build();
  }

  /** The announcements of keys as server-sent events. */
  @GET
  @Path("/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      operationId = "followSigningKeys",
      summary = "Announcements of signing keys, as CloudEvents in the structured JSON format")
  public Multi<OutboundSseEvent> events(
      @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastEventId,
      @QueryParam("follow") @DefaultValue("true") boolean follow,
      @Context Sse sse) {
    try {
      return feed.replay(Set.of(Topic.SIGNING_KEYS), lastEventId, follow)
          .map(item -> event(item, sse));
    } catch (FeedRefused refused) {
      throw problem(refused);
    }
  }

  private static OutboundSseEvent event(FeedItem item, Sse sse) {
    return sse.newEventBuilder().id(item.position()).name(item.type()).data(item.json()).build();
  }

  private static HttpProblem problem(FeedRefused refused) {
    var problem = HttpProblem.builder().withDetail(refused.getMessage());
    return switch (refused.reason()) {
      case BAD_POSITION ->
          problem
              .withType(URI.create(Problem.TYPE_PREFIX + "bad-position"))
              .withTitle("Last-Event-ID is no position of this feed")
              .withStatus(BAD_REQUEST)
              .build();
      case TOO_MANY ->
          problem
              .withType(URI.create(Problem.TYPE_PREFIX + "too-many-feeds"))
              .withTitle("All feeds of events are taken")
              .withStatus(UNAVAILABLE)
              .withHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
              .build();
    };
  }

  private static Key key(SigningKeyPublished said, KeySlots slots) {
    return new Key(
        said.keyId(),
        said.phase(),
        slots.state(said.keyId()),
        signs(said.keyId(), slots),
        said.publishedAt(),
        said.activeFrom(),
        said.taintedAt(),
        SigningCertificate.parse(said.certificate()).summary());
  }

  private static Key unannounced(HeldKey held, KeySlots slots) {
    return new Key(
        held.id(),
        null,
        slots.state(held.id()),
        signs(held.id(), slots),
        null,
        null,
        null,
        held.certificate().summary());
  }

  private static boolean signs(String keyId, KeySlots slots) {
    return slots.active().filter(key -> key.id().equals(keyId)).isPresent();
  }
}
