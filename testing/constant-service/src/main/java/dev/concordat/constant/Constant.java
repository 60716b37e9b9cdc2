package dev.concordat.constant;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The same JSON body for every request, from the event loop, which is the fastest that Quarkus REST
 * has. The request's body is read, as a token request's has to be.
 */
@Path("/constant")
@Produces(MediaType.APPLICATION_JSON)
public class Constant {

  private final CompletionStage<String> body;

  Constant(@ConfigProperty(name = "constant.size", defaultValue = "1024") int size) {
    body = CompletableFuture.completedFuture("{\"constant\":\"" + "x".repeat(size - 15) + "\"}");
  }

  /** Answers a POST. */
  @POST
  public CompletionStage<String> post(byte[] ignored) {
    return body;
  }

  /** Answers a GET. */
  @GET
  public CompletionStage<String> get() {
    return body;
  }
}
