package dev.concordat.metadata.published;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.metadata.IdentitySettings;
import dev.concordat.metadata.published.OurDocuments.Published;
import dev.concordat.metadata.published.OurDocuments.Rendered;
import dev.concordat.metadata.readers.DocumentReaders;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Our documents for whoever asks: public, cacheable, from memory, on the event loop. What partners
 * read is {@code /metadata/json/1}; a realm in path or query asks for our token server's. The plain
 * GETs among them {@link PublishedRoutes} has answered before.
 */
@Path("/")
@Tag(name = "Published")
@PermitAll
@NonBlocking
@APIResponse(responseCode = "503", description = "There is nothing to publish yet")
public class PublishedResource {

  static final String JSON = "application/json; charset=utf-8";
  static final String CACHEABLE = "public, max-age=300";

  private final Publication publication;
  private final IdentitySettings identity;
  private final DocumentReaders readers;

  PublishedResource(Publication publication, IdentitySettings identity, DocumentReaders readers) {
    this.publication = publication;
    this.identity = identity;
    this.readers = readers;
  }

  @GET
  @Path("metadata/json/1")
  @Operation(summary = "Our auth metadata document, or with a realm that of our token server")
  @APIResponse(
      responseCode = "200",
      description = "The document",
      content = @Content(mediaType = "application/json"))
  @APIResponse(responseCode = "304", description = "It is the one that the caller has")
  @APIResponse(responseCode = "404", description = "The realm is not ours")
  public Response ours(
      @QueryParam("realm") @Nullable String realm,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known,
      @Context HttpServerRequest request) {
    return realm == null
        ? answerAndCount(Published::ours, known, request)
        : tokenServer(realm, known, request);
  }

  @GET
  @Path("{realm}/metadata/json/1")
  @Operation(summary = "The auth metadata document of our token server")
  @APIResponse(
      responseCode = "200",
      description = "The document",
      content = @Content(mediaType = "application/json"))
  @APIResponse(responseCode = "304", description = "It is the one that the caller has")
  @APIResponse(responseCode = "404", description = "The realm is not ours")
  public Response tokenServer(
      @PathParam("realm") String realm,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known,
      @Context HttpServerRequest request) {
    return realm.equalsIgnoreCase(identity.realm())
        ? answerAndCount(Published::tokenServer, known, request)
        : notOurs();
  }

  @GET
  @Path("metadata/json/1/rootcertificate")
  @Operation(summary = "The certificate of our signing key (DER)")
  @APIResponse(
      responseCode = "200",
      description = "The certificate",
      content = @Content(mediaType = "application/octet-stream"))
  public Response rootCertificate() {
    return publication
        .now()
        .map(it -> Response.ok(it.currentCertificate(), "application/octet-stream").build())
        .orElseGet(PublishedResource::nothingYet);
  }

  @GET
  @Path("jwks")
  @Operation(summary = "Our signing keys as a JSON Web Key Set (RFC 7517)")
  @APIResponse(
      responseCode = "200",
      description = "The keys",
      content = @Content(mediaType = "application/json"))
  @APIResponse(responseCode = "304", description = "It is the one that the caller has")
  public Response jwks(@HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known) {
    return answer(Published::jwks, known);
  }

  @GET
  @Path(".well-known/openid-configuration")
  @Operation(summary = "Where our endpoints are (OpenID Connect Discovery)")
  @APIResponse(
      responseCode = "200",
      description = "The endpoints",
      content = @Content(mediaType = "application/json"))
  @APIResponse(responseCode = "304", description = "It is the one that the caller has")
  public Response openid(@HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known) {
    return answer(Published::authorizationServer, known);
  }

  @GET
  @Path(".well-known/oauth-authorization-server")
  @Operation(summary = "Where our endpoints are (RFC 8414)")
  @APIResponse(
      responseCode = "200",
      description = "The endpoints",
      content = @Content(mediaType = "application/json"))
  @APIResponse(responseCode = "304", description = "It is the one that the caller has")
  public Response authorizationServer(
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known) {
    return answer(Published::authorizationServer, known);
  }

  private Response answerAndCount(
      Function<Published, Rendered> which, @Nullable String known, HttpServerRequest request) {
    Published published = publication.now().orElse(null);
    // Who asks for the head alone has read nothing.
    if (published != null && request.method().equals(HttpMethod.GET)) {
      note(readers, request, which.apply(published), published.keyIds());
    }
    return answer(which, known);
  }

  static void note(
      DocumentReaders readers, HttpServerRequest request, Rendered document, List<String> keyIds) {
    readers.noteRead(
        request.remoteAddress().hostAddress(),
        request.getHeader(HttpHeaders.USER_AGENT),
        document.etag(),
        keyIds);
  }

  private Response answer(Function<Published, Rendered> which, @Nullable String known) {
    Published published = publication.now().orElse(null);
    if (published == null) {
      return nothingYet();
    }
    Rendered document = which.apply(published);
    var answer =
        document.matches(known) ? Response.notModified() : Response.ok(document.body(), JSON);
    return answer
        .header(HttpHeaders.ETAG, document.etag())
        .header(HttpHeaders.CACHE_CONTROL, CACHEABLE)
        .build();
  }

  private static Response notOurs() {
    return problem(
            Problem.of(
                "realm-not-ours",
                "There is no document for this realm",
                404,
                "Our token server has one realm, which is another: its document is at"
                    + " /metadata/json/1?realm= with that one."))
        .build();
  }

  private static Response nothingYet() {
    return problem(
            Problem.of(
                "nothing-published-yet",
                "There is nothing to publish yet",
                503,
                "No signing key is known yet: the token-service has published none on"
                    + " concordat.signing-keys."))
        .header(HttpHeaders.RETRY_AFTER, 2)
        .build();
  }

  private static Response.ResponseBuilder problem(Problem problem) {
    try {
      return Response.status(problem.status())
          .type("application/problem+json")
          .entity(Json.mapper().writeValueAsBytes(problem));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record that can't be written", e);
    }
  }
}
