package dev.concordat.simulator.outgoing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.contracts.tokens.UserTokenClaims;
import dev.concordat.simulator.trust.ServerIdentity;
import dev.concordat.simulator.trust.TokenServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a simulated server gets the token for a call (trust.md 3, 4, 6). */
final class Tokens {

  private static final Duration LIFETIME = Duration.ofHours(8);
  private static final Duration BEFORE = Duration.ofMinutes(1);

  private final Supplier<? extends Credentials> self;
  private final HttpOut http;
  private final InstantSource clock;

  Tokens(Supplier<? extends Credentials> self, HttpOut http, InstantSource clock) {
    this.self = self;
    this.http = http;
    this.clock = clock;
  }

  /** A token that was not given; the message says why. */
  static final class NoToken extends Exception {
    private static final long serialVersionUID = 1L;

    NoToken(String message) {
      super(message);
    }
  }

  /** Signs one by itself. */
  String selfIssued(AudienceName audience, @Nullable UserClaims user) throws NoToken {
    ServerIdentity server = signing();
    ActorTokenClaims actor = actor(audience, server);
    String input = actor.signingInput(server.certificate().x5t());
    String token = input + "." + server.sign(input);
    return user == null ? token : UserTokenClaims.around(actor, user, token).token();
  }

  private ServerIdentity signing() throws NoToken {
    if (self.get() instanceof Credentials.Signing(ServerIdentity server)) {
      return server;
    }
    throw new NoToken(self.get().name() + " can sign nothing: it needs a token server");
  }

  private ActorTokenClaims actor(AudienceName audience, ServerIdentity server) {
    Instant now = clock.instant();
    return ActorTokenClaims.selfIssued(
        audience, server.issuer(), now.minus(BEFORE), now.plus(LIFETIME));
  }

  /** Asks a token server for one, as ACS is asked. */
  String issued(TokenServer server, AudienceName audience, @Nullable UserClaims user)
      throws NoToken, IOException, InterruptedException {
    String endpoint = server.tokenEndpoint();
    if (endpoint == null) {
      throw new NoToken("the document of " + server.name() + " names no token endpoint");
    }
    URI url = URI.create(endpoint);
    var form = new LinkedHashMap<String, String>();
    switch (self.get()) {
      case Credentials.Secret(PrincipalName name, String secret) -> {
        form.put("grant_type", "client_credentials");
        form.put("client_id", name.toString());
        form.put("client_secret", secret);
      }
      case Credentials.Signing(ServerIdentity identity) -> {
        AudienceName to =
            AudienceName.ofCall(
                server.issuer().applicationIdentifier(), url, server.issuer().realm());
        String input = actor(to, identity).signingInput(identity.certificate().x5t());
        form.put("grant_type", "http://oauth.net/grant_type/jwt/1.0/bearer");
        form.put("assertion", input + "." + identity.sign(input));
      }
    }
    form.put("resource", audience.toString());
    form.put("realm", server.issuer().realm());
    HttpOut.Answer answer =
        http.send(
            new HttpOut.Request(
                "POST",
                url,
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                encoded(form),
                server.trustAnyTlsCertificate()));
    JsonNode json = Json.mapper().readTree(answer.body().getBytes());
    String token = json == null ? "" : json.path("access_token").asText("");
    if (answer.status() != 200 || token.isEmpty()) {
      throw new NoToken(
          "the token server answers %d: %s"
              .formatted(
                  answer.status(),
                  json == null
                      ? ""
                      : json.path("error").asText("")
                          + " "
                          + json.path("error_description").asText("")));
    }
    return user == null ? token : around(token, audience, user);
  }

  private String around(String actorToken, AudienceName audience, UserClaims user) throws NoToken {
    if (!(S2SToken.parse(actorToken) instanceof S2SToken actor)
        || actor.claims().notBefore().isEmpty()
        || actor.claims().expiry().isEmpty()) {
      throw new NoToken("what the token server gave is no token");
    }
    return new UserTokenClaims(
            audience,
            self.get().name(),
            actor.claims().notBefore().get(),
            actor.claims().expiry().get(),
            user,
            actorToken)
        .token();
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
