package dev.concordat.token.oauth;

import dev.concordat.contracts.tokens.AccessTokenValidation;
import dev.concordat.token.clients.ClientProof;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.OwnService;
import dev.concordat.token.validation.Judgement;
import dev.concordat.token.validation.OurAccessTokens;
import dev.concordat.token.validation.Presented;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * Whether a token that somebody presented to one of our services holds (RFC 7662). Services ask as
 * the clients that they are; admins are told besides why a token doesn't hold.
 */
@Path("/oauth2/introspect")
@PermitAll
public class IntrospectionEndpoint {

  private static final String BEARER = "Bearer ";
  private static final int HTTPS = 443;

  private final Partners partners;
  private final ClientGate gate;
  private final PresentedCertificate certificates;
  private final Presented presented;
  private final OurAccessTokens accessTokens;

  @Inject
  IntrospectionEndpoint(
      Partners partners,
      ClientGate gate,
      PresentedCertificate certificates,
      Presented presented,
      OurAccessTokens accessTokens) {
    this.partners = partners;
    this.gate = gate;
    this.certificates = certificates;
    this.presented = presented;
    this.accessTokens = accessTokens;
  }

  /** Judges a token. */
  @POST
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "introspectToken",
      summary = "Whether a token that was presented to us holds, and what it says",
      description =
          "RFC 7662. token is the token, resource (optional) the URL that it was sent to, or the called service's own identifier. The client proves itself as at /oauth2/token, or by a bearer token of the OIDC issuer.")
  @APIResponse(
      responseCode = "200",
      description = "active, and what it says; or active=false",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  @APIResponse(
      responseCode = "400",
      description = "invalid_request",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  @APIResponse(
      responseCode = "401",
      description = "invalid_client",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  @APIResponse(
      responseCode = "503",
      description = "temporarily_unavailable",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  public Response introspect(
      @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      @Context HttpServerRequest request,
      byte @Nullable [] body) {
    try {
      TokenForm form = TokenForm.of(contentType, body, TokenForm.LARGEST_WITH_TOKEN);
      String token = form.require("token", "the token to judge");
      ClientProof proof = proof(form, authorization, request);
      if (!partners.known()) {
        throw OAuthFailure.unavailable("The registered partners are still being read from Kafka.");
      }
      Client client = gate.client(proof);
      String resource = form.get("resource").orElse(null);
      Judgement judgement =
          AccessTokenValidation.looksLike(token)
              ? accessTokens.judge(token, service -> isAsked(service, client, resource))
              : presented.judge(token, resource == null ? null : hostOf(resource));
      return TokenEndpoint.uncached(Response.ok())
          .entity(Introspection.of(judgement, client instanceof Client.Administrator))
          .build();
    } catch (OAuthFailure failure) {
      return TokenEndpoint.answer(failure);
    }
  }

  /** A service learns of its own tokens alone (RFC 7662 section 4), whoever else may ask of any. */
  private static boolean isAsked(String service, Client client, @Nullable String resource) {
    Optional<String> own =
        client instanceof Client.Workload workload
            ? OwnService.identifier(workload.registration())
            : Optional.empty();
    return own.filter(it -> !it.equals(service)).isEmpty()
        && (resource == null || OwnService.covers(service, resource));
  }

  private ClientProof proof(
      TokenForm form, @Nullable String authorization, HttpServerRequest request)
      throws OAuthFailure {
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return new ClientProof.Assertion(null, authorization.substring(BEARER.length()).strip());
    }
    return ClientProofs.of(form, authorization, certificates.of(request))
        .orElseThrow(ClientProofs::missing);
  }

  private static String hostOf(String resource) throws OAuthFailure {
    try {
      URI url = URI.create(resource);
      String host = url.getHost();
      if (host != null
          && "https".equals(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT))) {
        return url.getPort() < 0 || url.getPort() == HTTPS ? host : host + ":" + url.getPort();
      }
    } catch (IllegalArgumentException noUrl) {
      // Told below.
    }
    throw OAuthFailure.malformed("resource must be the https URL that the token was sent to.");
  }
}
