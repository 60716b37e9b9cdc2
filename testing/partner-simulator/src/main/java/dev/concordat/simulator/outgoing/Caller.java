package dev.concordat.simulator.outgoing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.challenges.BearerChallenge;
import dev.concordat.contracts.challenges.WwwAuthenticate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.simulator.outgoing.Tokens.NoToken;
import dev.concordat.simulator.trust.TokenServer;
import dev.concordat.simulator.trust.TrustView;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls another server as the products do (MS-XOAUTH 3.2.5.2): asks with an empty {@code Bearer}
 * who is trusted there, gets a token by its own signature if it is itself, or from a token server
 * that is, and calls with it.
 */
public final class Caller {

  private static final int MOST_SHOWN = 4000;
  private static final List<String> TELLING =
      List.of("WWW-Authenticate", "x-ms-diagnostics", "X-FEServer", "Content-Type", "Location");

  private final Supplier<? extends Credentials> self;
  private final Supplier<TrustView> trust;
  private final HttpOut http;
  private final Tokens tokens;

  /**
   * @param self who it is, and how it proves that
   * @param trust whom it knows: token servers that it may ask, and realms of others
   */
  public Caller(
      Supplier<? extends Credentials> self,
      Supplier<TrustView> trust,
      HttpOut http,
      InstantSource clock) {
    this.self = self;
    this.trust = trust;
    this.http = http;
    tokens = new Tokens(self, http, clock);
  }

  /** How the token is got. */
  public enum Via {
    /** As the challenge has it: by its own signature if it is trusted, else a token server's. */
    CHALLENGE,
    /** By its own signature, whoever is trusted. */
    SELF,
    /** From a token server that it knows. */
    TOKEN_SERVER
  }

  /**
   * A call.
   *
   * @param challengeUrl where to ask who is trusted; usually the URL itself
   * @param audienceHost the host in the token's audience, where it isn't the URL's
   * @param user for whom; absent to call as itself
   * @param token a token that it was given, to be sent instead of one of its own
   */
  public record Call(
      HttpOut.Request request,
      URI challengeUrl,
      @Nullable String audienceHost,
      @Nullable UserClaims user,
      Via via,
      @Nullable String token) {

    /** To a URL, as the challenge has it. */
    public static Call to(HttpOut.Request request, @Nullable UserClaims user) {
      return new Call(request, request.url(), null, user, Via.CHALLENGE, null);
    }

    /** Neither the user nor the token. */
    @Override
    public String toString() {
      return "Call[%s]".formatted(request);
    }
  }

  /** Its name. */
  public PrincipalName name() {
    return self.get().name();
  }

  /** Calls, and writes down how it went. */
  public CallReport call(Call call) throws InterruptedException {
    var steps = new ArrayList<CallReport.Step>();
    try {
      String token = token(call, steps);
      var headers = new LinkedHashMap<>(call.request.headers());
      headers.put("Authorization", "Bearer " + token);
      HttpOut.Answer answer =
          http.send(
              new HttpOut.Request(
                  call.request.method(),
                  call.request.url(),
                  headers,
                  call.request.body(),
                  call.request.trustAnyTlsCertificate()));
      boolean passed = answer.status() / 100 == 2;
      steps.add(
          new CallReport.Step("call", passed ? "passed" : "failed", "answered " + answer.status()));
      return report(passed, steps, answer, claims(token));
    } catch (NoToken e) {
      steps.add(new CallReport.Step("token", "failed", String.valueOf(e.getMessage())));
    } catch (Untrusted e) {
      steps.add(new CallReport.Step("challenge", "failed", String.valueOf(e.getMessage())));
    } catch (IOException | MalformedName e) {
      steps.add(new CallReport.Step("call", "failed", String.valueOf(e.getMessage())));
    }
    return new CallReport("failed", List.copyOf(steps), null, Map.of(), "", null);
  }

  private String token(Call call, List<CallReport.Step> steps)
      throws NoToken, Untrusted, IOException, InterruptedException {
    String given = call.token;
    if (given != null) {
      return given;
    }
    BearerChallenge challenge = challenge(call, steps);
    return token(call, challenge, audience(call, challenge), steps);
  }

  private static final class Untrusted extends Exception {
    private static final long serialVersionUID = 1L;

    Untrusted(String message) {
      super(message);
    }
  }

  private BearerChallenge challenge(Call call, List<CallReport.Step> steps)
      throws IOException, InterruptedException, Untrusted {
    var headers = new LinkedHashMap<>(call.request.headers());
    headers.put("Authorization", "Bearer");
    HttpOut.Answer answer =
        http.send(
            new HttpOut.Request(
                call.challengeUrl.equals(call.request.url()) ? call.request.method() : "GET",
                call.challengeUrl,
                headers,
                "",
                call.request.trustAnyTlsCertificate()));
    Optional<BearerChallenge> bearer =
        WwwAuthenticate.parse(answer.headers().getAll("WWW-Authenticate")).bearer();
    if (bearer.isEmpty() || bearer.get().clientId() == null) {
      throw new Untrusted(
          "%s answers an empty Bearer with %d and no challenge of server-to-server tokens"
              .formatted(call.challengeUrl.getHost(), answer.status()));
    }
    steps.add(
        new CallReport.Step(
            "challenge",
            "passed",
            "%s trusts %s"
                .formatted(
                    bearer.get().clientId(), String.join(", ", bearer.get().trustedIssuers()))));
    return bearer.get();
  }

  private AudienceName audience(Call call, BearerChallenge challenge) {
    String id = String.valueOf(challenge.clientId());
    String realm = challenge.realm();
    if (realm == null || realm.isBlank() || realm.equals(PrincipalName.ANY_REALM)) {
      // Where the challenge names none, it is the one on record, else the token server's (assumed),
      // else its own.
      realm =
          trust.get().applications().stream()
              .map(it -> it.issuer())
              .filter(it -> it.applicationIdentifier().equals(id))
              .map(PrincipalName::realm)
              .findFirst()
              .or(() -> tokenServer(challenge).map(it -> it.issuer().realm()))
              .orElse(self.get().name().realm());
    }
    String host = call.audienceHost;
    return host == null
        ? AudienceName.ofCall(id, call.request.url(), realm)
        : new AudienceName(id, host, realm);
  }

  private String token(
      Call call, BearerChallenge challenge, AudienceName audience, List<CallReport.Step> steps)
      throws NoToken, Untrusted, IOException, InterruptedException {
    boolean signs =
        call.via == Via.SELF
            || (call.via == Via.CHALLENGE
                && self.get() instanceof Credentials.Signing
                && challenge.trusts(self.get().name()));
    if (signs) {
      String token = tokens.selfIssued(audience, call.user);
      steps.add(new CallReport.Step("token", "passed", "signed by itself for " + audience));
      return token;
    }
    Optional<TokenServer> server = tokenServer(challenge);
    if (server.isEmpty()) {
      throw new Untrusted(
          "neither %s nor a token server that it knows is among the trusted issuers: %s"
              .formatted(self.get().name(), String.join(", ", challenge.trustedIssuers())));
    }
    String token = tokens.issued(server.get(), audience, call.user);
    steps.add(
        new CallReport.Step(
            "token", "passed", "issued by " + server.get().issuer() + " for " + audience));
    return token;
  }

  /** A token server that it knows and that is trusted there. */
  private Optional<TokenServer> tokenServer(BearerChallenge challenge) {
    return trust.get().tokenServers().stream()
        .filter(
            it ->
                challenge.trustedIssuerNames().stream()
                    .anyMatch(name -> name.covers(it.issuer(), RealmComparison.ORDINAL)))
        .findFirst();
  }

  private static CallReport report(
      boolean passed,
      List<CallReport.Step> steps,
      HttpOut.Answer answer,
      @Nullable JsonNode claims) {
    var headers = new LinkedHashMap<String, String>();
    for (String name : TELLING) {
      List<String> values = answer.headers().getAll(name);
      if (!values.isEmpty()) {
        headers.put(name, String.join(", ", values));
      }
    }
    String body = answer.body().toString();
    return new CallReport(
        passed ? "passed" : "failed",
        List.copyOf(steps),
        answer.status(),
        headers,
        body.length() > MOST_SHOWN ? body.substring(0, MOST_SHOWN) : body,
        claims);
  }

  private static @Nullable JsonNode claims(String token) {
    if (!(S2SToken.parse(token) instanceof S2SToken read)) {
      return null;
    }
    try {
      JsonNode claims = Json.mapper().readTree(read.claims().json());
      if (claims instanceof ObjectNode object && read.actor().isPresent()) {
        object.set("actortoken", Json.mapper().readTree(read.actor().get().claims().json()));
      }
      return claims;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
