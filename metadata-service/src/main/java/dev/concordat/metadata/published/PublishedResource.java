package dev.concordat.metadata.published;

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
  public Response tokenServer(
      @PathParam("realm") String realm,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known,
      @Context HttpServerRequest request) {
    return realm.equalsIgnoreCase(identity.realm())
        ? answerAndCount(Published::tokenServer, known, request)
        : Response.status(404).build();
  }

  @GET
  @Path("metadata/json/1/rootcertificate")
  @Operation(summary = "The certificate of our signing key (DER)")
  public Response rootCertificate() {
    return publication
        .now()
        .map(it -> Response.ok(it.currentCertificate(), "application/octet-stream").build())
        .orElseGet(PublishedResource::nothingYet);
  }

  @GET
  @Path("jwks")
  @Operation(summary = "Our signing keys as a JSON Web Key Set (RFC 7517)")
  public Response jwks(@HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known) {
    return answer(Published::jwks, known);
  }

  @GET
  @Path(".well-known/openid-configuration")
  @Operation(summary = "Where our endpoints are (OpenID Connect Discovery)")
  public Response openid(@HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known) {
    return answer(Published::authorizationServer, known);
  }

  @GET
  @Path(".well-known/oauth-authorization-server")
  @Operation(summary = "Where our endpoints are (RFC 8414)")
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

  private static Response nothingYet() {
    return Response.status(503).header(HttpHeaders.RETRY_AFTER, 2).build();
  }
}
