package dev.concordat.token.ingress;

import dev.concordat.contracts.tokens.AccessTokenValidation;
import dev.concordat.token.Waiting;
import dev.concordat.token.oauth.PresentedCertificate;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.OwnService;
import dev.concordat.token.validation.Judgement;
import dev.concordat.token.validation.OurAccessTokens;
import dev.concordat.token.validation.OurReceiver;
import dev.concordat.token.validation.TrustedPartners;
import dev.concordat.token.validation.Validation;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * What an ingress asks before it lets a request through: nginx ({@code auth_request}), Traefik
 * (ForwardAuth) and Envoy ({@code ext_authz} over HTTP, which puts the caller's path behind ours
 * and keeps its method). A token that held before {@link AuthorizeRoute} has let in. It needs no
 * authentication of its own: it tells nothing but whether the caller's own token holds.
 */
@Path("/authorize{rest:(/.*)?}")
@PermitAll
public class ForwardAuth {

  private static final String SCHEME = "Bearer";
  private static final int UNAVAILABLE = 503;
  private static final int RETRY_AFTER_SECONDS = 2;

  private final Validation validation;
  private final OurAccessTokens accessTokens;
  private final PresentedCertificate certificates;
  private final TrustedPartners trusted;
  private final OurReceiver ours;
  private final Partners partners;
  private final Waiting waiting;

  @Inject
  ForwardAuth(
      Validation validation,
      OurAccessTokens accessTokens,
      PresentedCertificate certificates,
      TrustedPartners trusted,
      OurReceiver ours,
      Partners partners,
      Waiting waiting) {
    this.validation = validation;
    this.accessTokens = accessTokens;
    this.certificates = certificates;
    this.trusted = trusted;
    this.ours = ours;
    this.partners = partners;
    this.waiting = waiting;
  }

  @GET
  @NonBlocking
  @Operation(
      operationId = "authorize",
      summary = "Whether a request that an ingress received has a token that holds",
      description =
          "Takes the caller's Authorization header, and X-Forwarded-Host or Host as the host that was called. An access token that is bound to a certificate (RFC 8705) must come with it, in the header that is configured for certificates.")
  @APIResponse(responseCode = "200", description = "It does; X-Concordat-* say who calls")
  @APIResponse(responseCode = "401", description = "It doesn't; the challenge says whom we trust")
  @APIResponse(responseCode = "503", description = "Partners are still being read")
  public CompletionStage<Response> get(
      @Context HttpHeaders headers, @Context HttpServerRequest request) {
    return answer(headers, request);
  }

  @HEAD
  @NonBlocking
  @Operation(hidden = true)
  public CompletionStage<Response> head(
      @Context HttpHeaders headers, @Context HttpServerRequest request) {
    return answer(headers, request);
  }

  @POST
  @NonBlocking
  @Operation(hidden = true)
  public CompletionStage<Response> post(
      @Context HttpHeaders headers, @Context HttpServerRequest request) {
    return answer(headers, request);
  }

  @PUT
  @NonBlocking
  @Operation(hidden = true)
  public CompletionStage<Response> put(
      @Context HttpHeaders headers, @Context HttpServerRequest request) {
    return answer(headers, request);
  }

  @PATCH
  @NonBlocking
  @Operation(hidden = true)
  public CompletionStage<Response> patch(
      @Context HttpHeaders headers, @Context HttpServerRequest request) {
    return answer(headers, request);
  }

  @DELETE
  @NonBlocking
  @Operation(hidden = true)
  public CompletionStage<Response> delete(
      @Context HttpHeaders headers, @Context HttpServerRequest request) {
    return answer(headers, request);
  }

  @OPTIONS
  @NonBlocking
  @Operation(hidden = true)
  public CompletionStage<Response> options(
      @Context HttpHeaders headers, @Context HttpServerRequest request) {
    return answer(headers, request);
  }

  private CompletionStage<Response> answer(HttpHeaders headers, HttpServerRequest request) {
    if (!partners.known()) {
      return CompletableFuture.completedFuture(
          Response.status(UNAVAILABLE)
              .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
              .build());
    }
    String token = bearer(headers.getRequestHeader(HttpHeaders.AUTHORIZATION));
    if (token == null || token.isEmpty()) {
      return waiting.until(() -> challenge(false));
    }
    String host = hostCalled(headers::getRequestHeader).orElse(null);
    return waiting.until(
        () ->
            host == null ? challenge(true) : judged(token, host, certificates.forwarded(request)));
  }

  /**
   * The host that the ingress was called by.
   *
   * @param headers each value of the header of a name
   */
  static Optional<String> hostCalled(Function<String, List<String>> headers) {
    return CalledHost.of(
        headers.apply("X-Forwarded-Host"),
        headers.apply("X-Forwarded-Port"),
        headers.apply(HttpHeaders.HOST));
  }

  private Response judged(String token, String host, @Nullable X509Certificate certificate) {
    Judgement judgement =
        AccessTokenValidation.looksLike(token)
            ? accessTokens.judge(token, service -> OwnService.isAt(service, host), certificate)
            : validation.judge(token, host);
    return switch (judgement) {
      case Judgement.Holds holds -> letIn(IdentityHeaders.of(holds));
      case Judgement.HoldsForService holds -> letIn(IdentityHeaders.of(holds.claims()));
      case Judgement.KnownUser _, Judgement.Refused _ -> challenge(true);
    };
  }

  private static Response letIn(Map<String, String> identity) {
    var response = Response.ok().header(HttpHeaders.CACHE_CONTROL, "no-store");
    identity.forEach(response::header);
    return response.build();
  }

  /** The same for every token that doesn't hold: an attacker learns nothing of why. */
  private Response challenge(boolean badToken) {
    return Response.status(Response.Status.UNAUTHORIZED)
        .header(
            HttpHeaders.WWW_AUTHENTICATE,
            S2SChallenge.of(ours.now(), trusted.issuerNames(), badToken))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  /** The token of the only {@code Authorization} header; empty where the scheme stands alone. */
  static @Nullable String bearer(List<String> values) {
    if (values.size() != 1) {
      return null;
    }
    String value = values.getFirst().strip();
    if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    String rest = value.substring(SCHEME.length());
    return rest.isEmpty() || rest.charAt(0) == ' ' ? rest.strip() : null;
  }
}
