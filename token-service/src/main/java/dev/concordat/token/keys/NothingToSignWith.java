package dev.concordat.token.keys;

import dev.concordat.contracts.Problem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** How a request ends that needs a key where every key was revoked. */
public final class NothingToSignWith {

  private static final int UNAVAILABLE = 503;

  /** 503: whoever mends it puts a new key into the folder. */
  @ServerExceptionMapper
  public Response unavailable(NoSigningKey failure) {
    return Response.status(UNAVAILABLE)
        .header(HttpHeaders.RETRY_AFTER, 60)
        .type("application/problem+json")
        .entity(
            Problem.of(
                "no-signing-key",
                "Every signing key was revoked",
                UNAVAILABLE,
                String.valueOf(failure.getMessage())))
        .build();
  }
}
