package dev.concordat.registry.http;

import dev.concordat.contracts.Problem;
import dev.concordat.registry.OurIdentity;
import dev.concordat.registry.setup.Counterpart;
import dev.concordat.registry.setup.Setup;
import dev.concordat.registry.setup.SetupChoices;
import dev.concordat.registry.setup.SetupRefused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Answers what is run for a partner, as steps or as a script. */
@Singleton
class SetupAnswers {

  private final OurIdentity us;

  @Inject
  SetupAnswers(OurIdentity us) {
    this.us = us;
  }

  /** The commands for a partner in the form that is asked for. */
  Response of(
      Counterpart partner, Map<String, List<String>> parameters, List<MediaType> acceptable) {
    try {
      SetupChoices choices = SetupChoices.read(partner.kind(), parameters, us.displayName());
      Setup setup = Setup.of(us.now(), partner, choices);
      return wantsScript(acceptable)
          ? script(setup)
          : Answers.json(Response.ok().header(HttpHeaders.VARY, HttpHeaders.ACCEPT), setup);
    } catch (SetupRefused e) {
      return Answers.problem(e.problem());
    }
  }

  private static Response script(Setup setup) {
    String script = setup.script();
    if (script == null) {
      return Answers.problem(
          Problem.of(
              "no-script",
              "There is no script for this partner",
              406,
              "A person does what is done for %s; ask for application/json to read what."
                  .formatted(setup.partner())));
    }
    return Response.ok(script.getBytes(StandardCharsets.UTF_8))
        .type("text/plain; charset=UTF-8")
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
        .header("X-Content-Type-Options", "nosniff")
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"%s-setup.ps1\"".formatted(setup.partner().replace(' ', '-')))
        .build();
  }

  /** JSON wherever it is not plain text that is preferred. */
  private static boolean wantsScript(List<MediaType> acceptable) {
    for (MediaType type : acceptable) {
      if (type.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
        return false;
      }
      if (type.isCompatible(MediaType.TEXT_PLAIN_TYPE)) {
        return true;
      }
    }
    return false;
  }
}
