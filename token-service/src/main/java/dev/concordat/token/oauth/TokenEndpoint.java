package dev.concordat.token.oauth;

import dev.concordat.token.clients.ClientAuthentication;
import dev.concordat.token.clients.UnprovedClient;
import dev.concordat.token.clients.UnverifiableClient;
import dev.concordat.token.issuance.Issuance;
import dev.concordat.token.issuance.IssuanceLog;
import dev.concordat.token.issuance.Outcome;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.Client;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where a workload gets its tokens: actor tokens by client credentials, user tokens by exchange.
 */
@Path("/oauth2/token")
@PermitAll
public class TokenEndpoint {

  private static final Logger LOG = Logger.getLogger(TokenEndpoint.class);
  private static final String FORM = MediaType.APPLICATION_FORM_URLENCODED;
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int UNAVAILABLE = 503;
  private static final int RETRY_AFTER_SECONDS = 2;

  private final Partners partners;
  private final ClientAuthentication clients;
  private final Issuance issuance;
  private final IssuanceLog log;
  private final InstantSource clock;

  @Inject
  TokenEndpoint(
      Partners partners,
      ClientAuthentication clients,
      Issuance issuance,
      IssuanceLog log,
      InstantSource clock) {
    this.partners = partners;
    this.clients = clients;
    this.issuance = issuance;
    this.log = log;
    this.clock = clock;
  }

  /** Issues a token. */
  @POST
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "issueToken",
      summary = "A server-to-server token for a partner application",
      description =
          "Client credentials (RFC 6749 section 4.4) give an actor token, a token exchange (RFC 8693) with a SIP address as subject token gives a user token. audience is the partner's name, resource (RFC 8707) the URL about to be called. Cache-Control: no-cache has the token signed afresh. signing_key names the published key that is to sign, the next one included; for admins and workloads that may act for anyone.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = FORM,
              schema =
                  @Schema(
                      type = org.eclipse.microprofile.openapi.annotations.enums.SchemaType.OBJECT)))
  @APIResponse(responseCode = "200", description = "The token")
  @APIResponse(
      responseCode = "400",
      description = "An error of RFC 6749 section 5.2 or RFC 8707 section 2")
  @APIResponse(responseCode = "401", description = "invalid_client")
  @APIResponse(responseCode = "503", description = "temporarily_unavailable")
  public Response token(
      @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
      @HeaderParam(HttpHeaders.CACHE_CONTROL) @Nullable String cacheControl,
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      byte @Nullable [] body) {
    try {
      requireForm(contentType);
      TokenGrant grant = TokenGrant.of(TokenForm.parse(body == null ? new byte[0] : body));
      if (authorization != null) {
        throw OAuthFailure.malformed(
            "The client proves itself twice: by client_assertion and by the Authorization header.");
      }
      if (!partners.known()) {
        throw unavailable("The registered partners are still being read from Kafka.");
      }
      return answer(
          grant, issuance.issue(authenticate(grant), grant.request(), wantsFresh(cacheControl)));
    } catch (OAuthFailure failure) {
      return answer(failure);
    }
  }

  private Client authenticate(TokenGrant grant) throws OAuthFailure {
    try {
      Client client = clients.authenticate(grant.assertion());
      if (grant.clientId() != null && !grant.clientId().equals(client.name())) {
        throw unproved("client_id is not the client that the assertion proves");
      }
      return client;
    } catch (UnprovedClient e) {
      throw unproved(String.valueOf(e.getMessage()));
    } catch (UnverifiableClient e) {
      LOG.warn("A client could not be verified", e);
      throw unavailable("The OIDC issuer that would vouch for the client can't be asked.");
    }
  }

  /** One answer for every reason, so that nothing can be learnt of which clients there are. */
  private OAuthFailure unproved(String reason) {
    log.unproved(reason);
    return new OAuthFailure(
        UNAUTHORIZED,
        "invalid_client",
        "invalid-client",
        "The client is unknown, or its assertion does not prove it.");
  }

  private static void requireForm(@Nullable String contentType) throws OAuthFailure {
    String type = contentType == null ? "" : contentType.split(";", 2)[0].strip();
    if (!type.equalsIgnoreCase(FORM)) {
      throw OAuthFailure.malformed("The body must be %s.".formatted(FORM));
    }
  }

  /** RFC 9111 section 5.2.1.4. */
  private static boolean wantsFresh(@Nullable String cacheControl) {
    if (cacheControl == null) {
      return false;
    }
    for (String directive : cacheControl.toLowerCase(Locale.ROOT).split(",")) {
      if (directive.strip().equals("no-cache")) {
        return true;
      }
    }
    return false;
  }

  private Response answer(TokenGrant grant, Outcome outcome) throws OAuthFailure {
    return switch (outcome) {
      case Outcome.Issued issued -> {
        long seconds = Duration.between(clock.instant(), issued.expires()).toSeconds();
        yield uncached(Response.ok())
            .entity(
                new TokenAnswer(
                    issued.token(),
                    "Bearer",
                    Math.max(0, seconds),
                    grant.exchange() ? TokenGrant.JWT : null,
                    issued.fresh() ? "fresh" : "cached"))
            .build();
      }
      case Outcome.Refused(var refused) ->
          throw new OAuthFailure(
              BAD_REQUEST,
              refused.reason().oauthError(),
              refused.reason().code(),
              refused.detail());
      case Outcome.Unsettled unsettled -> throw unavailable("The registration changes just now.");
    };
  }

  private static Response answer(OAuthFailure failure) {
    var response = uncached(Response.status(failure.status()));
    if (failure.status() == UNAVAILABLE) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response
        .entity(new TokenError(failure.error(), failure.description(), failure.reason()))
        .build();
  }

  /** RFC 6749 section 5.1. */
  private static Response.ResponseBuilder uncached(Response.ResponseBuilder response) {
    return response
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("Pragma", "no-cache");
  }

  private static OAuthFailure unavailable(String why) {
    return new OAuthFailure(
        UNAVAILABLE,
        "temporarily_unavailable",
        "not-ready",
        why + " Ask again in %d seconds.".formatted(RETRY_AFTER_SECONDS));
  }
}
