package dev.concordat.token.oauth;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.token.OurIdentity;
import dev.concordat.token.clients.ClientProof;
import dev.concordat.token.issuance.Issuance;
import dev.concordat.token.issuance.Outcome;
import dev.concordat.token.partners.KnownPartner;
import dev.concordat.token.partners.PartnerDirectory;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.validation.CallersOwnTokens;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The partner token server as ACS speaks it (trust reference, section 6): the client proves itself
 * by a secret, or by a token that it issued itself for this token server, and gets a token that
 * names it to a partner and is signed by us.
 */
@Path("/{realm: ([^/]+/)?}tokens/OAuth/2")
@PermitAll
public class AcsEndpoint {

  private static final Logger LOG = Logger.getLogger(AcsEndpoint.class);
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final List<String> ASSERTION_GRANTS =
      List.of(TokenGrant.JWT_BEARER, "http://oauth.net/grant_type/jwt/1.0/bearer");

  private final Partners partners;
  private final PartnerDirectory directory;
  private final ClientGate gate;
  private final PresentedCertificate certificates;
  private final CallersOwnTokens callers;
  private final Resources resources;
  private final Issuance issuance;
  private final OurIdentity ours;
  private final int clientErrorStatus;
  private final InstantSource clock;

  @Inject
  AcsEndpoint(
      Partners partners,
      PartnerDirectory directory,
      ClientGate gate,
      PresentedCertificate certificates,
      CallersOwnTokens callers,
      Resources resources,
      Issuance issuance,
      OurIdentity ours,
      TokenServerConfig config,
      InstantSource clock) {
    this.partners = partners;
    this.directory = directory;
    this.gate = gate;
    this.certificates = certificates;
    this.callers = callers;
    this.resources = resources;
    this.issuance = issuance;
    this.ours = ours;
    this.clientErrorStatus = config.effectiveClientErrorStatus();
    this.clock = clock;
  }

  /** Issues a token. */
  @POST
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "issueTokenAcsStyle",
      summary = "A token that names the client to a partner, as ACS issues it",
      description =
          "client_credentials with client_id <application identifier>@<realm> and client_secret, or an assertion: the client's own token for this token server. resource is the partner: <application identifier>/<host>@<realm>, or an https URL of its.")
  @APIResponse(
      responseCode = "200",
      description = "The token; numbers are strings",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  @APIResponse(
      responseCode = "400",
      description = "An error, CONCORDAT<n>, with a trace id",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  @APIResponse(
      responseCode = "503",
      description = "temporarily_unavailable",
      content = @Content(mediaType = MediaType.APPLICATION_JSON))
  public Response token(
      @PathParam("realm") @Nullable String realm,
      @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      @Context HttpServerRequest request,
      byte @Nullable [] body) {
    try {
      TokenForm form = TokenForm.of(contentType, body, TokenForm.LARGEST_WITH_TOKEN);
      requireOurRealm(realm == null ? "" : realm.replace("/", ""));
      requireOurRealm(form.get("realm").orElse(""));
      if (!partners.known()) {
        throw OAuthFailure.unavailable("The registered partners are still being read from Kafka.");
      }
      KnownPartner client = client(form, authorization, request);
      return answer(
          issuance.vouch(
              new Client.Workload(client.registration()),
              nameOf(client),
              request(form, client),
              false));
    } catch (OAuthFailure failure) {
      return answer(failure);
    }
  }

  private KnownPartner client(
      TokenForm form, @Nullable String authorization, HttpServerRequest request)
      throws OAuthFailure {
    String grantType =
        form.require("grant_type", "client_credentials, or " + TokenGrant.JWT_BEARER);
    if (ASSERTION_GRANTS.contains(grantType)) {
      String assertion = form.require("assertion", "the client's own token for this token server");
      Optional<KnownPartner> caller = callers.caller(assertion);
      String clientId = form.get("client_id").orElse(null);
      return caller
          .filter(it -> clientId == null || isNameOf(it, clientId))
          .orElseThrow(
              () ->
                  new OAuthFailure(
                      BAD_REQUEST,
                      "invalid_grant",
                      "invalid-grant",
                      "The assertion does not hold."));
    }
    if (!grantType.equals(TokenGrant.CLIENT_CREDENTIALS)) {
      throw OAuthFailure.unsupportedGrant(grantType);
    }
    ClientProof proof =
        ClientProofs.of(form, authorization, certificates.of(request))
            .orElseThrow(ClientProofs::missing);
    return directory.named(gate.client(proof).name()).orElseThrow(OAuthFailure::unproved);
  }

  private static boolean isNameOf(KnownPartner caller, String clientId) {
    return clientId.equals(caller.registration().name())
        || caller
            .principal()
            .filter(name -> name.toString().equalsIgnoreCase(clientId))
            .isPresent();
  }

  private PrincipalName nameOf(KnownPartner client) throws OAuthFailure {
    return client
        .principal()
        .orElseThrow(
            () ->
                new OAuthFailure(
                    BAD_REQUEST,
                    "unauthorized_client",
                    "no-principal-name",
                    "'%s' is registered without an application identifier or a realm, so no token can name it."
                        .formatted(client.registration().name())));
  }

  private TokenRequest request(TokenForm form, KnownPartner client) throws OAuthFailure {
    String resource =
        form.require("resource", "the partner to call, <application identifier>/<host>@<realm>");
    Optional<String> scope = form.get("scope");
    if (scope.isPresent() && !scope.get().equals(resource)) {
      throw OAuthFailure.malformed("scope is there, and is not the same as resource.");
    }
    KnownPartner partner =
        resources
            .partner(resource, client.registration())
            .orElseThrow(
                () ->
                    new OAuthFailure(
                        BAD_REQUEST,
                        "invalid_target",
                        "unknown-resource",
                        "resource names no registered partner."));
    return new TokenRequest(partner.registration().name(), resource, null);
  }

  private void requireOurRealm(String realm) throws OAuthFailure {
    if (!realm.isEmpty() && !realm.equalsIgnoreCase(ours.tokenServer().realm())) {
      throw OAuthFailure.malformed("The realm is not this token server's.");
    }
  }

  private Response answer(Outcome outcome) throws OAuthFailure {
    return switch (outcome) {
      case Outcome.Issued issued ->
          TokenEndpoint.uncached(Response.ok())
              .entity(AcsAnswer.of(issued, clock.instant()))
              .build();
      case Outcome.Refused(var refused) -> throw OAuthFailure.refused(refused);
      case Outcome.Unobtained(String detail) -> throw OAuthFailure.unobtained(detail);
      case Outcome.Unsettled _ ->
          throw OAuthFailure.unavailable("The registration changes just now.");
    };
  }

  private Response answer(OAuthFailure failure) {
    String traceId = UUID.randomUUID().toString();
    LOG.infof("token request %s refused: %s", traceId, failure.reason());
    int status = failure.status() == UNAUTHORIZED ? clientErrorStatus : failure.status();
    var response = TokenEndpoint.uncached(Response.status(status));
    if (status == OAuthFailure.UNAVAILABLE) {
      response.header(HttpHeaders.RETRY_AFTER, OAuthFailure.RETRY_AFTER_SECONDS);
    }
    return response.entity(AcsError.of(failure, traceId, clock.instant())).build();
  }
}
