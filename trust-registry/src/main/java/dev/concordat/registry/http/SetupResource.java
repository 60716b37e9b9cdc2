package dev.concordat.registry.http;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.registry.PartnerDirectory;
import dev.concordat.registry.rules.PartnerRules;
import dev.concordat.registry.setup.Counterpart;
import dev.concordat.registry.setup.Setup;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What is run on a registered partner's servers so that they accept us. */
@Path("/v1/partners/{name}/setup")
@Tag(name = "Partner applications")
@RunOnVirtualThread
public class SetupResource {

  private final PartnerDirectory directory;
  private final SetupAnswers answers;

  SetupResource(PartnerDirectory directory, SetupAnswers answers) {
    this.directory = directory;
    this.answers = answers;
  }

  @GET
  @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
  @RolesAllowed({"admin", "viewer"})
  @Operation(
      summary = "The commands by which the partner's own servers accept us",
      description =
          "As steps, each with where, why, command, check and timing, and with what is run here; or,"
              + " accepted as text/plain, as one PowerShell script. All of it is safe to run twice."
              + " A parameter that the partner's kind does not know is refused.")
  @Parameter(
      name = "form",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class),
      description =
          "metadata (default); short for Exchange, its own script, with archiving=false; certificate"
              + " for Skype for Business and SharePoint servers without a route to us")
  @Parameter(
      name = "siteUrl",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class),
      description = "the https URL of a site collection; SharePoint needs it")
  @Parameter(
      name = "right",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class),
      description = "SharePoint: read (default), write, manage or full-control")
  @Parameter(
      name = "archiving",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class),
      description = "Exchange: whether we may archive by ourselves; default true")
  @Parameter(
      name = "acceptSecurityIdentifiers",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class),
      description = "Exchange: whether SIDs in our user tokens are believed; default false")
  @Parameter(
      name = "trustAnySslCertificate",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class),
      description = "Exchange: read our document whatever our TLS certificate is; default false")
  @Parameter(
      name = "ourName",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class),
      description = "what we are to be called there; default: our display name")
  @APIResponse(
      responseCode = "200",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = Setup.class)),
        @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(implementation = String.class))
      })
  @APIResponse(responseCode = "400", description = "Something of the request can't be read")
  @APIResponse(responseCode = "404", description = "There is no such partner")
  @APIResponse(responseCode = "406", description = "It comes as JSON or as text")
  @APIResponse(responseCode = "503", description = "What we are is not configured")
  public Response setup(
      @PathParam("name") String name, @Context UriInfo uri, @Context HttpHeaders headers) {
    Optional<PartnerRegistered> partner = directory.named(name);
    return partner.isEmpty()
        ? Answers.problem(PartnerRules.unknown(name))
        : answers.of(
            Counterpart.of(partner.get()),
            uri.getQueryParameters(),
            headers.getAcceptableMediaTypes());
  }
}
