package dev.concordat.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.Connection.Service;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.Receiver;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.TokenValidation;
import dev.concordat.contracts.tokens.TrustedIssuer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tokens: getting one, and seeing what is in one. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = "Server-to-server tokens.",
    subcommands = {TokenCommand.Get.class, TokenCommand.Inspect.class})
final class TokenCommand implements Runnable {

  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: get or inspect.");
  }

  /** Gets a token for a partner. */
  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      description = "Prints a token that the partner accepts: for ourselves, or for a user.")
  static final class Get implements Callable<Integer> {

    @Spec CommandSpec spec;
    @Mixin Connection connection;
    @Mixin Output output;

    @Option(names = "--partner", required = true, paramLabel = "NAME")
    String partner;

    @Option(
        names = "--user",
        paramLabel = "sip:USER",
        description = "The user to act for. Default: nobody, an app-only token.")
    @Nullable String user;

    @Option(
        names = "--resource",
        paramLabel = "URL",
        description = "The URL to call. Default: the host of the partner's metadata URL.")
    @Nullable String resource;

    @Override
    public Integer call() {
      var client = new ServiceClient(connection);
      var form = new LinkedHashMap<String, String>();
      form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      form.put("client_assertion", client.token());
      form.put("audience", partner);
      if (resource != null) {
        form.put("resource", resource);
      }
      if (user == null) {
        form.put("grant_type", "client_credentials");
      } else {
        String address = user.regionMatches(true, 0, "sip:", 0, 4) ? user.substring(4) : user;
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        form.put("subject_token", "sip:" + address);
        form.put("subject_token_type", "urn:concordat:params:oauth:token-type:sip-address");
      }
      JsonNode answer = client.form(Service.TOKEN, "/oauth2/token", form).json();
      PrintWriter out = spec.commandLine().getOut();
      if (output.isJson()) {
        Output.json(out, answer);
      } else {
        out.println(answer.path("access_token").asText());
      }
      return 0;
    }
  }

  /** Shows what is in a token. */
  @Command(
      name = "inspect",
      mixinStandardHelpOptions = true,
      description =
          "Shows what is in a token, and whether a partner that has read our metadata document would"
              + " accept it.")
  static final class Inspect implements Callable<Integer> {

    @Spec CommandSpec spec;
    @Mixin Connection connection;
    @Mixin Output output;

    @Parameters(
        arity = "0..1",
        paramLabel = "JWT",
        description = "The token. Default: read from standard input.")
    @Nullable String token;

    @Override
    public Integer call() {
      String text = token == null || token.equals("-") ? standardInput() : token.strip();
      if (text.regionMatches(true, 0, "Bearer ", 0, 7)) {
        text = text.substring(7).strip();
      }
      ObjectNode content = content(text);
      Verdict verdict = verdict(text, content);
      PrintWriter out = spec.commandLine().getOut();
      if (output.isJson()) {
        ObjectNode result = Json.mapper().createObjectNode();
        result.set("token", content);
        result.put("accepted", verdict.accepted());
        result.put("verdict", verdict.sentence());
        if (verdict.rule() != null) {
          result.put("rule", verdict.rule());
        }
        Output.json(out, result);
      } else {
        Output.json(out, content);
        times(out, content.path("claims"));
        out.println(verdict.sentence());
      }
      return verdict.accepted() ? 0 : CommandFailure.FAILED;
    }

    private record Verdict(boolean accepted, @Nullable String rule, String sentence) {}

    private Verdict verdict(String text, ObjectNode content) {
      JsonNode claims = content.path("claims");
      Optional<AudienceName> audience = AudienceName.tryParse(claims.path("aud").asText(""));
      if (audience.isEmpty()) {
        return new Verdict(
            false,
            "aud",
            "No partner accepts it: its audience '%s' is not <application identifier>/<host>@<realm>."
                .formatted(claims.path("aud").asText("")));
      }
      var client = new ServiceClient(connection);
      Reading reading =
          AuthMetadataReader.read(
              client
                  .getPublic(Service.METADATA, "/metadata/json/1")
                  .body()
                  .getBytes(StandardCharsets.UTF_8));
      if (!(reading instanceof Reading.Accepted(var document, _))) {
        throw new CommandFailure(
            CommandFailure.UNREACHABLE,
            "What the metadata-service publishes is no metadata document; does the URL lead to Concordat?");
      }
      PrincipalName issuer = PrincipalName.parse(document.issuer());
      List<SigningCertificate> keys =
          document.keys().stream().map(key -> SigningCertificate.parse(key.certificate())).toList();
      AudienceName named = audience.get();
      Receiver receiver =
          Receiver.of(named.applicationIdentifier(), named.realm(), Set.of(named.hostName()))
              .calledAs(named.host());
      var result =
          TokenValidation.withDefaults()
              .validate(
                  text,
                  receiver,
                  TrustedIssuer.Lookup.among(List.of(TrustedIssuer.self(issuer, keys))),
                  Instant.now());
      return switch (result) {
        case Refusal refusal ->
            new Verdict(
                false,
                refusal.rule().code(),
                "A partner refuses it (%s): %s".formatted(refusal.rule().code(), refusal.reason()));
        case Accepted _ ->
            new Verdict(
                true,
                null,
                "%s accepts it, once it has read our metadata document and trusts us for this."
                    .formatted(partner(client, named)));
      };
    }

    /** The name of the partner that the token is for, where it is registered and reachable. */
    private static String partner(ServiceClient client, AudienceName audience) {
      try {
        for (JsonNode reading : client.get(Service.METADATA, "/v1/metadata").json().path("items")) {
          if (PrincipalName.tryParse(reading.path("issuer").asText(""))
              .filter(it -> it.lowerCase().equals(audience.principal().lowerCase()))
              .isPresent()) {
            return "The partner " + reading.path("name").asText();
          }
        }
      } catch (CommandFailure e) {
        return "The server at " + audience.host();
      }
      return "The server at " + audience.host() + " (no partner is registered for it)";
    }

    private static ObjectNode content(String text) {
      String[] parts = text.split("\\.", -1);
      if (parts.length != 3) {
        throw new CommandFailure(
            CommandFailure.UNREACHABLE,
            "This is no token: it has %d parts instead of 3.".formatted(parts.length));
      }
      ObjectNode content = Json.mapper().createObjectNode();
      content.set("header", decoded(parts[0], "header"));
      JsonNode claims = decoded(parts[1], "claims");
      content.set("claims", claims);
      content.put("signature", parts[2].isEmpty() ? "none" : "(not shown)");
      if (claims instanceof ObjectNode object) {
        for (String nested : List.of("actortoken", "actort")) {
          JsonNode actor = object.get(nested);
          if (actor != null && actor.isTextual()) {
            content.set("actor", content(actor.asText()));
            object.put(nested, "(shown under actor)");
          }
        }
      }
      return content;
    }

    private static JsonNode decoded(String part, String what) {
      try {
        return Json.mapper()
            .readTree(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
      } catch (IllegalArgumentException | JsonProcessingException e) {
        throw new CommandFailure(
            CommandFailure.UNREACHABLE,
            "This is no token: its %s is no base64url of JSON.".formatted(what));
      }
    }

    private static void times(PrintWriter out, JsonNode claims) {
      for (String claim : List.of("nbf", "exp")) {
        try {
          out.println(
              "%s: %s".formatted(claim, Instant.ofEpochSecond(claims.path(claim).asLong())));
        } catch (DateTimeException e) {
          out.println(claim + ": out of range");
        }
      }
    }

    private static String standardInput() {
      try {
        String line =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        return line == null ? "" : line.strip();
      } catch (IOException e) {
        throw new CommandFailure(CommandFailure.UNREACHABLE, "Standard input can't be read.");
      }
    }
  }
}
