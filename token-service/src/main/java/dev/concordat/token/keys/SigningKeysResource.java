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
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
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
  private final SigningKeyAnnouncer announcer;
  private final EventFeed feed;

  @Inject
  SigningKeysResource(ActiveKeyRing keys, SigningKeyAnnouncer announcer, EventFeed feed) {
    this.keys = keys;
    this.announcer = announcer;
    this.feed = feed;
  }

  /** The keys, the one that signs first. */
  record Keys(List<Key> keys) {}

  /**
   * A key.
   *
   * @param keyId the {@code x5t} of the tokens that it signs
   * @param phase what it is used for
   * @param signs whether this replica signs with it
   * @param publishedAt when its phase was announced; absent while it isn't yet
   * @param activeFrom when it began or begins to sign
   * @param certificate what an admin asks first of its certificate
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Key(
      String keyId,
      Phase phase,
      boolean signs,
      @Nullable Instant publishedAt,
      @Nullable Instant activeFrom,
      CertificateSummary certificate) {}

  /** Lists the keys that are announced, and this replica's own while they aren't yet. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(operationId = "listSigningKeys", summary = "Our signing keys, the current one first")
  public Keys list() {
    KeyRing ring = keys.ring();
    Map<String, Key> byId = new LinkedHashMap<>();
    announcer.announced().forEach((id, announced) -> byId.put(id, key(announced, ring)));
    for (KeyRing.Published own : ring.published()) {
      String id = own.certificate().x5t();
      byId.putIfAbsent(
          id, new Key(id, own.phase(), signs(id, ring), null, null, own.certificate().summary()));
    }
    return new Keys(
        byId.values().stream()
            .sorted(
                Comparator.comparing((Key key) -> !key.signs())
                    .thenComparing(Key::phase)
                    .thenComparing(Key::keyId))
            .toList());
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

  private static Key key(SigningKeyPublished announced, KeyRing ring) {
    return new Key(
        announced.keyId(),
        announced.phase(),
        signs(announced.keyId(), ring),
        announced.publishedAt(),
        announced.activeFrom(),
        SigningCertificate.parse(announced.certificate()).summary());
  }

  private static boolean signs(String keyId, KeyRing ring) {
    return ring.current().id().equals(keyId);
  }
}
