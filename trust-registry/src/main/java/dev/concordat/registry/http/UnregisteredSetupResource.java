package dev.concordat.registry.http;

import dev.concordat.registry.setup.Counterpart;
import dev.concordat.registry.setup.Setup;
import dev.concordat.registry.setup.SetupRefused;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The same for a partner that is not registered yet: both directions from its URL alone. */
@Path("/v1/setup")
@Tag(name = "Partner applications")
@RunOnVirtualThread
public class UnregisteredSetupResource {

  /** What describes the partner; the rest are the choices that every set-up has. */
  private static final Set<String> DESCRIPTION = Set.of("kind", "metadataUrl", "name");

  private final SetupAnswers answers;

  UnregisteredSetupResource(SetupAnswers answers) {
    this.answers = answers;
  }

  @GET
  @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
  @RolesAllowed({"admin", "viewer"})
  @Operation(
      summary = "The commands for both sides of a partner that is not registered yet",
      description =
          "Takes the parameters of /v1/partners/{name}/setup as well. Nothing is registered and"
              + " nothing is read.")
  @APIResponse(
      responseCode = "200",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = Setup.class)),
        @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(implementation = String.class))
      })
  @APIResponse(responseCode = "400", description = "Something of the request can't be read")
  @APIResponse(responseCode = "406", description = "It comes as JSON or as text")
  @APIResponse(responseCode = "503", description = "What we are is not configured")
  public Response setup(
      @Parameter(description = "exchange, skype, sharepoint, token-server or generic")
          @QueryParam("kind")
          @Nullable String kind,
      @Parameter(description = "the https URL of its auth metadata document")
          @QueryParam("metadataUrl")
          @Nullable String metadataUrl,
      @Parameter(description = "what it is to be called here; default: the kind")
          @QueryParam("name")
          @Nullable String name,
      @Context UriInfo uri,
      @Context HttpHeaders headers) {
    var choices = new HashMap<String, List<String>>(uri.getQueryParameters());
    choices.keySet().removeAll(DESCRIPTION);
    try {
      return answers.of(
          Counterpart.described(name, kind, metadataUrl),
          choices,
          headers.getAcceptableMediaTypes());
    } catch (SetupRefused e) {
      return Answers.problem(e.problem());
    }
  }
}
