package dev.concordat.registry.http;

import dev.concordat.contracts.Problem;
import dev.concordat.registry.gitops.GitOps;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the folder of declarations holds, and what is wrong in it. */
@Path("/v1/declarations")
@Tag(name = "Declarations")
@Produces(MediaType.APPLICATION_JSON)
public class DeclarationsResource {

  private final GitOps gitOps;

  DeclarationsResource(GitOps gitOps) {
    this.gitOps = gitOps;
  }

  @GET
  @RunOnVirtualThread
  @RolesAllowed({"admin", "viewer"})
  @Operation(
      summary = "The files that declare partner applications, and what is wrong in them",
      description =
          "As the replica that answers last saw them. A partner's state is applied, waiting or"
              + " refused; a finding has file, line and column where they are known.")
  @APIResponse(responseCode = "200", description = "The files")
  @APIResponse(responseCode = "404", description = "No folder is configured")
  public Response list() {
    return gitOps
        .report()
        .map(it -> Answers.json(Response.ok(), it))
        .orElseGet(
            () ->
                Answers.problem(
                    Problem.of(
                        "declarations-off",
                        "No folder of declarations is configured",
                        404,
                        "Set concordat.registry.declarations.folder to the folder that declares"
                            + " partners.")));
  }
}
