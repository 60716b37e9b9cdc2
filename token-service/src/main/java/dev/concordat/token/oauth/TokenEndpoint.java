package dev.concordat.token.oauth;

import dev.concordat.token.Waiting;
import dev.concordat.token.clients.ClientAuthentication.Granted;
import dev.concordat.token.clients.ClientProof;
import dev.concordat.token.issuance.Issuance;
import dev.concordat.token.issuance.Outcome;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.TokenRequest.RequestedUser;
import io.smallrye.common.annotation.NonBlocking;
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
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where a workload gets its tokens: actor tokens by client credentials, user tokens by exchange.
 * What a client with a secret asked for before, {@link TokenRoute} has answered.
 */
@Path("/oauth2/token")
@PermitAll
public class TokenEndpoint {

  private static final String FORM = MediaType.APPLICATION_FORM_URLENCODED;

  private final Partners partners;
  private final ClientGate gate;
  private final PresentedCertificate certificates;
  private final Issuance issuance;
  private final Waiting waiting;
  private final InstantSource clock;

  @Inject
  TokenEndpoint(
      Partners partners,
      ClientGate gate,
      PresentedCertificate certificates,
      Issuance issuance,
      Waiting waiting,
      InstantSource clock) {
    this.partners = partners;
    this.gate = gate;
    this.certificates = certificates;
    this.issuance = issuance;
    this.waiting = waiting;
    this.clock = clock;
  }

  /** Issues a token. */
  @POST
  @NonBlocking
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "issueToken",
      summary = "A token for a partner application",
      description =
          "Client credentials (RFC 6749 section 4.4) give an actor token, a token exchange (RFC 8693) a user token, an assertion (RFC 7523 section 2.1) either. audience is the partner's name, resource (RFC 8707) the URL about to be called. A generic partner whose application identifier is a URI gets an access token (RFC 9068), for which scope (RFC 6749 section 3.3) may be asked; any other a server-to-server token. Cache-Control: no-cache has the token signed afresh. signing_key names the published key that is to sign, the next one included; for admins and workloads that may act for anyone.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = FORM,
              schema =
                  @Schema(
                      type = org.eclipse.microprofile.openapi.annotations.enums.SchemaType.OBJECT)))
  @APIResponse(
      responseCode = "200",
      description = "The token",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  @APIResponse(
      responseCode = "400",
      description = "An error of RFC 6749 section 5.2 or RFC 8707 section 2",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  @APIResponse(
      responseCode = "401",
      description = "invalid_client",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  @APIResponse(
      responseCode = "503",
      description = "temporarily_unavailable",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  public CompletionStage<Response> token(
      @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
      @HeaderParam(HttpHeaders.CACHE_CONTROL) @Nullable String cacheControl,
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      @Context HttpServerRequest request,
      byte @Nullable [] body) {
    try {
      TokenForm form = TokenForm.of(contentType, body, TokenForm.LARGEST);
      TokenGrant grant = TokenGrant.of(form);
      Optional<ClientProof> proof = ClientProofs.of(form, authorization, certificates.of(request));
      if (!partners.known()) {
        throw OAuthFailure.unavailable("The registered partners are still being read from Kafka.");
      }
      boolean afresh = wantsFresh(cacheControl);
      return waiting.until(() -> answer(grant, proof, afresh));
    } catch (OAuthFailure failure) {
      return CompletableFuture.completedFuture(answer(failure));
    }
  }

  private Response answer(TokenGrant grant, Optional<ClientProof> proof, boolean afresh) {
    try {
      return answer(grant, issued(grant, proof, afresh));
    } catch (OAuthFailure failure) {
      return answer(failure);
    }
  }

  private Outcome issued(TokenGrant grant, Optional<ClientProof> proof, boolean afresh)
      throws OAuthFailure {
    return switch (grant.basis()) {
      case TokenGrant.Basis.Itself _ ->
          issuance.issue(gate.client(required(proof)), grant.request(null), afresh);
      case TokenGrant.Basis.NamedUser(RequestedUser user) ->
          issuance.issue(gate.client(required(proof)), grant.request(user), afresh);
      case TokenGrant.Basis.UserToken(String token) -> {
        Client client = gate.client(required(proof));
        yield issuance.issue(client, grant.request(gate.user(token)), afresh);
      }
      case TokenGrant.Basis.Assertion(String jwt) -> {
        Client client = proof.isPresent() ? gate.client(proof.get()) : null;
        Granted granted = gate.granted(jwt, client);
        String subject = granted.subject();
        yield issuance.issue(
            client instanceof Client.Workload proved ? proved : granted.client(),
            grant.request(subject == null ? null : named(subject)),
            afresh);
      }
    };
  }

  private static ClientProof required(Optional<ClientProof> proof) throws OAuthFailure {
    return proof.orElseThrow(ClientProofs::missing);
  }

  /** The subject of an assertion by its form: a SIP URI, a SID, else a UPN. */
  private static RequestedUser named(String subject) {
    if (subject.regionMatches(true, 0, "sip:", 0, 4)) {
      return new RequestedUser(subject, null, null);
    }
    return subject.regionMatches(true, 0, "s-1-", 0, 4)
        ? new RequestedUser(null, null, null, subject)
        : new RequestedUser(null, null, subject);
  }

  /** RFC 9111 section 5.2.1.4. */
  static boolean wantsFresh(@Nullable String cacheControl) {
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
      case Outcome.Issued issued ->
          uncached(Response.ok())
              .entity(TokenAnswer.of(issued, grant.exchange(), clock.instant()).json())
              .build();
      case Outcome.Refused(var refused) -> throw OAuthFailure.refused(refused);
      case Outcome.Unobtained(String detail) -> throw OAuthFailure.unobtained(detail);
      case Outcome.Unsettled unsettled ->
          throw OAuthFailure.unavailable("The registration changes just now.");
    };
  }

  static Response answer(OAuthFailure failure) {
    var response = uncached(Response.status(failure.status()));
    if (failure.status() == OAuthFailure.UNAVAILABLE) {
      response.header(HttpHeaders.RETRY_AFTER, OAuthFailure.RETRY_AFTER_SECONDS);
    }
    return response
        .entity(new TokenError(failure.error(), failure.description(), failure.reason()))
        .build();
  }

  /** RFC 6749 section 5.1. */
  static Response.ResponseBuilder uncached(Response.ResponseBuilder response) {
    return response
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("Pragma", "no-cache");
  }
}
