package dev.concordat.token.rollover;

import dev.concordat.contracts.Problem;
import dev.concordat.token.keys.NotAnnounced;
import dev.concordat.token.rollover.RolloverDesk.Refused;
import dev.concordat.token.rollover.RolloverDesk.Wish;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** How far a rollover is, and what admins want of it. */
@Path("/v1/signing-keys/rollover")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class RolloverResource {

  private static final int ACCEPTED = 202;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;
  private static final int RETRY_AFTER_SECONDS = 5;

  private final RolloverDesk desk;

  @Inject
  RolloverResource(RolloverDesk desk) {
    this.desk = desk;
  }

  /** Tells how far it is: which partners have accepted the next key, which have not, and why. */
  @GET
  @RolesAllowed({"admin", "viewer"})
  @Operation(
      operationId = "rolloverState",
      summary =
          "How far the rollover is: which partners have accepted the next key, which have not, why, and what to run there")
  public RolloverReport state() {
    return desk.report();
  }

  /** Begins one, or has one that waits look again now. */
  @POST
  @RolesAllowed("admin")
  @Operation(
      operationId = "beginRollover",
      summary =
          "Roll over to the next key as soon as every enabled partner has accepted it; asked again, rehearse again now")
  public Response begin(@Nullable Wish wish, @Context SecurityContext who)
      throws InterruptedException {
    try {
      Wish wanted = wish == null ? new Wish(null, null, false) : wish;
      return Response.status(ACCEPTED)
          .entity(desk.begin(wanted, who.getUserPrincipal().getName()))
          .build();
    } catch (Refused refused) {
      throw problem(refused);
    } catch (NotAnnounced e) {
      throw notAnnounced();
    }
  }

  /** Ends one before the next key signs. */
  @DELETE
  @RolesAllowed("admin")
  @Operation(
      operationId = "abortRollover",
      summary = "End the rollover before the next key signs; the key stays published")
  public RolloverReport abort(@Context SecurityContext who) throws InterruptedException {
    try {
      return desk.abort(who.getUserPrincipal().getName());
    } catch (Refused refused) {
      throw problem(refused);
    } catch (NotAnnounced e) {
      throw notAnnounced();
    }
  }

  private static HttpProblem problem(Refused refused) {
    boolean later = refused.code().equals("not-ready");
    var problem =
        HttpProblem.builder()
            .withType(URI.create(Problem.TYPE_PREFIX + refused.code()))
            .withTitle("The rollover can't be done as asked for")
            .withStatus(later ? UNAVAILABLE : CONFLICT)
            .withDetail(refused.getMessage());
    if (later) {
      problem.withHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return problem.build();
  }

  private static HttpProblem notAnnounced() {
    return HttpProblem.builder()
        .withType(URI.create(Problem.TYPE_PREFIX + "keys-not-announced"))
        .withTitle("Kafka does not answer")
        .withStatus(UNAVAILABLE)
        .withDetail(
            "What was asked for could not be written to Kafka in time, and may still be. See GET /v1/signing-keys/rollover before asking again.")
        .withHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
        .build();
  }
}
