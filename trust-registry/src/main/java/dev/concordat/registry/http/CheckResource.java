package dev.concordat.registry.http;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerCommandDecided;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.registry.PartnerDirectory;
import dev.concordat.registry.declarations.MalformedDeclaration;
import dev.concordat.registry.declarations.PartnerDeclaration;
import dev.concordat.registry.rules.Decision;
import dev.concordat.registry.rules.PartnerRules;
import dev.concordat.registry.rules.Partners;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What declarations would come to, without anything being written: the dry run of an import. */
@Path("/v1/partners/check")
@Tag(name = "Partner applications")
@RunOnVirtualThread
public class CheckResource {

  private static final String NDJSON = "application/x-ndjson";

  /** Each holds a copy of the registry. */
  private static final Semaphore PLACES = new Semaphore(2);

  private final PartnerDirectory directory;
  private final InstantSource clock;

  CheckResource(PartnerDirectory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * What one declaration would come to.
   *
   * @param line which line of the request it stood in, from 1
   * @param name absent where the line can't be read
   * @param before its state now; absent where it is not registered, or nothing would change
   * @param after its state then; absent where nothing would change
   */
  public record Checked(
      long line,
      @Nullable String name,
      PartnerCommandDecided.Outcome outcome,
      @Nullable PartnerRegistered before,
      @Nullable PartnerApplication after,
      @Nullable Problem problem) {}

  @POST
  @Consumes(NDJSON)
  @Produces(NDJSON)
  @RolesAllowed({"admin", "viewer"})
  @Operation(
      summary = "Says what declarations would come to, and writes nothing",
      description =
          "One declaration a line, with its name; each is decided upon as if those in front of it"
              + " had been registered. One answer a line, in the same order.")
  @APIResponse(responseCode = "200", description = "A line for each declaration")
  @APIResponse(responseCode = "400", description = "Something of the request can't be read")
  @APIResponse(responseCode = "413", description = "It is too long")
  @APIResponse(responseCode = "503", description = "The partners are still being read")
  public Response check(
      @Parameter(description = "whether another kind, identifier or realm is meant")
          @QueryParam("acceptIdentityChange")
          @Nullable String acceptIdentityChange,
      @QueryParam("takeOver") @Nullable String takeOver,
      InputStream body) {
    boolean identityChange;
    boolean takesOver;
    try {
      identityChange = Parameters.is("acceptIdentityChange", acceptIdentityChange);
      takesOver = Parameters.is("takeOver", takeOver);
    } catch (MalformedDeclaration e) {
      return Answers.problem(e.problem());
    }
    if (!PLACES.tryAcquire()) {
      return Answers.problem(
          Problem.of(
              "checks-taken",
              "Others are checking already",
              503,
              "Two checks are running, and more would need too much memory. Try again in a few"
                  + " seconds."));
    }
    StreamingOutput answer =
        out -> {
          try {
            check(body, out, identityChange, takesOver);
          } finally {
            PLACES.release();
          }
        };
    return Response.ok(answer).type(NDJSON).build();
  }

  private void check(
      InputStream declarations, OutputStream out, boolean identityChange, boolean takesOver)
      throws IOException {
    Partners partners = directory.partners();
    var lines = new Lines(declarations);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      if (line.length > 0) {
        out.write(Answers.bytes(check(lines.number(), line, partners, identityChange, takesOver)));
        out.write('\n');
      }
    }
  }

  private Checked check(
      long number, byte[] line, Partners partners, boolean identityChange, boolean takesOver) {
    PartnerApplication asked;
    try {
      if (line.length > RequestBody.MOST) {
        throw new MalformedDeclaration(RequestBody.tooLarge());
      }
      asked = PartnerDeclaration.read(line).asked();
    } catch (MalformedDeclaration e) {
      return new Checked(
          number, null, PartnerCommandDecided.Outcome.REFUSED, null, null, e.problem());
    }
    PartnerRegistered before = partners.named(asked.name()).orElse(null);
    Decision decision =
        PartnerRules.decide(
            partners,
            new RegisterPartner(
                "check",
                asked,
                null,
                identityChange,
                takesOver,
                null,
                null,
                "check",
                clock.instant()),
            clock.instant());
    partners.apply(decision);
    return switch (decision) {
      case Decision.Created(PartnerRegistered after) ->
          new Checked(number, asked.name(), decision.outcome(), null, after.application(), null);
      case Decision.Replaced(PartnerRegistered after) ->
          new Checked(number, asked.name(), decision.outcome(), before, after.application(), null);
      case Decision.Refused(Problem problem) ->
          new Checked(number, asked.name(), decision.outcome(), before, null, problem);
      case Decision.Unchanged _, Decision.Removed _ ->
          new Checked(number, asked.name(), decision.outcome(), null, null, null);
    };
  }

  /** Lines of bytes; of one that is too long, so much that this can be seen. */
  private static final class Lines {
    private final InputStream in;
    private long number;
    private boolean ended;

    Lines(InputStream in) {
      this.in = new java.io.BufferedInputStream(in, 64 * 1024);
    }

    long number() {
      return number;
    }

    byte @Nullable [] next() throws IOException {
      if (ended) {
        return null;
      }
      number++;
      var line = new ByteArrayOutputStream();
      int next = in.read();
      while (next != -1 && next != '\n') {
        if (line.size() <= RequestBody.MOST) {
          line.write(next);
        }
        next = in.read();
      }
      ended = next == -1;
      return line.toByteArray();
    }
  }
}
