package dev.concordat.probe.http;

import dev.concordat.contracts.Problem;
import io.quarkus.security.AuthenticationFailedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Answers a bearer token that does not hold. The problem extension's own mapper was built for
 * another release of Quarkus and fails with 500 here; a test holds this one.
 */
public final class Unauthenticated {

  /** 401, without saying what is wrong with the token. */
  @ServerExceptionMapper(priority = 1)
  public Response challenge(AuthenticationFailedException failure) {
    return Response.status(401)
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
        .type("application/problem+json")
        .entity(
            Problem.of(
                "unauthenticated",
                "The bearer token does not hold",
                401,
                "It has expired, or another issuer than the configured one has signed it."))
        .build();
  }
}
