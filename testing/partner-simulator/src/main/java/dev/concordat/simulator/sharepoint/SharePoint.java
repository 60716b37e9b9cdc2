package dev.concordat.simulator.sharepoint;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.HttpCall;
import dev.concordat.simulator.Product;
import dev.concordat.simulator.faults.Effect;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.trust.Directory;
import dev.concordat.simulator.trust.MetadataDocuments;
import dev.concordat.simulator.trust.ServerIdentity;
import dev.concordat.simulator.trust.TokenCheck;
import dev.concordat.simulator.trust.TokenCheck.Outcome;
import dev.concordat.simulator.trust.TrustView;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The simulated SharePoint. Trust says who calls, the application principal's permission what he
 * may do; a user token needs the user's profile and the application's right. That a missing right
 * or profile is 403 is assumed.
 */
public final class SharePoint implements Product {

  /** The one refusal of which a capture shows the code (trust.md 5.3). */
  private static final String ALGORITHM = "The token does not contain valid algorithm in header.";

  private final ServerIdentity server;
  private final Supplier<TrustView> trust;
  private final TokenCheck check;
  private final Directory directory;
  private final AppPrincipals principals;

  public SharePoint(
      ServerIdentity server,
      Supplier<TrustView> trust,
      Directory directory,
      AppPrincipals principals) {
    this.server = server;
    this.trust = trust;
    this.directory = directory;
    this.principals = principals;
    check = new TokenCheck(server, trust);
  }

  @Override
  public Set<String> hosts() {
    return Set.copyOf(server.hosts());
  }

  @Override
  public Map<String, String> signature() {
    return Map.of(
        "MicrosoftSharePointTeamServices", "16.0.0.19725", "X-SharePointHealthScore", "0");
  }

  @Override
  public HttpAnswer answer(HttpCall call) {
    return switch (call.foldedPath()) {
      case "/_layouts/15/metadata/json/1" ->
          MetadataDocuments.answer(server, call).with("Cache-Control", "private");
      case "/_layouts/15/metadata/json/1/rootcertificate" ->
          // Its content is not documented: the certificate itself, in base64, is assumed.
          HttpAnswer.empty(200)
              .with("Content-Type", "application/pkix-cert")
              .withBody(server.certificate().pem());
      case "/_vti_bin/client.svc" -> let(call, (_, _) -> HttpAnswer.empty(200));
      case "/_api/web" ->
          let(call, (_, _) -> Representation.of(call).web("https://" + call.authority()));
      case "/_api/web/currentuser" ->
          let(
              call,
              (_, user) ->
                  user == null
                      ? Representation.of(call).application("https://" + call.authority())
                      : Representation.of(call).user(user, "https://" + call.authority()));
      default -> HttpAnswer.empty(404);
    };
  }

  /** What is served to whoever is let in. */
  private interface Serving {
    HttpAnswer to(PrincipalName application, @Nullable Mailbox user);
  }

  private HttpAnswer let(HttpCall call, Serving serving) {
    if (call.effect(Effect.NoOAuth.class).isPresent()) {
      return HttpAnswer.empty(401).with("WWW-Authenticate", "NTLM");
    }
    Optional<Effect.TokenRefused> asked = call.effect(Effect.TokenRefused.class);
    Outcome outcome = check.check(call.header("Authorization"), call.authority(), call.at());
    if (asked.isPresent() && !(outcome instanceof Outcome.Anonymous)) {
      return refused(asked.get().code(), asked.get().reason());
    }
    return switch (outcome) {
      // The challenge is for requests with a Bearer (MS-SPS2SAUTH 3.1.5).
      case Outcome.Anonymous _ -> HttpAnswer.empty(401).with("WWW-Authenticate", "NTLM");
      case Outcome.EmptyBearer _ -> challenge(HttpAnswer.empty(401));
      case Outcome.Refused(Refusal refusal, _) -> refused(refusal);
      case Outcome.Held(Accepted accepted, _) -> admitted(call, accepted, serving);
    };
  }

  private HttpAnswer admitted(HttpCall call, Accepted accepted, Serving serving) {
    PrincipalName application = accepted.actor().application();
    Optional<AppPrincipals.Permission> permission = principals.of(application);
    UserClaims claims = accepted.user();
    if (permission.isEmpty() || (claims == null && !permission.get().appOnlyPolicy())) {
      return Representation.of(call).accessDenied();
    }
    if (claims == null) {
      return serving.to(application, null);
    }
    String id = claims.nameId();
    boolean lowerCase = id == null || id.equals(id.toLowerCase(Locale.ROOT));
    return lowerCase && directory.find(claims, true) instanceof Directory.Named.User(Mailbox user)
        ? serving.to(application, user)
        : Representation.of(call).accessDenied();
  }

  private HttpAnswer refused(Refusal refusal) {
    return switch (refusal.rule()) {
      case ALG, ACTOR_MISSING, OUTER_ALG -> refused(3005004, ALGORITHM);
      case ISS -> refused(null, "The issuer of the token is not a trusted issuer.");
      case KEY, SIGNATURE -> refused(null, "Invalid issuer or signature.");
      case AUD ->
          refused(
              null,
              "Exception of type"
                  + " 'Microsoft.IdentityModel.Tokens.AudienceUriValidationFailedException' was"
                  + " thrown.");
      // The product's words for the others aren't known (assumed).
      default -> refused(null, "The token is not valid: " + refusal.rule().code() + ".");
    };
  }

  private HttpAnswer refused(@Nullable Integer code, String description) {
    HttpAnswer answer =
        challenge(HttpAnswer.empty(401))
            .with("Content-Type", "application/json; charset=utf-8")
            .withBody(
                "{\"error\":\"invalid_client\",\"error_description\":\"%s\"}"
                    .formatted(description));
    return code == null
        ? answer
        : answer.with(
            "x-ms-diagnostics",
            "%d;reason=\"%s\";category=\"invalid_client\"".formatted(code, description));
  }

  /** One line, NTLM first, {@code realm} first in it and no blanks: clients count on that. */
  private HttpAnswer challenge(HttpAnswer answer) {
    String issuers =
        Stream.concat(trust.get().trustedIssuers().stream(), Stream.of(server.issuer()))
            .map(PrincipalName::toString)
            .distinct()
            .collect(Collectors.joining(","));
    return answer.with(
        "WWW-Authenticate",
        "NTLM, Bearer realm=\"%s\",client_id=\"%s\",trusted_issuers=\"%s\""
            .formatted(server.realm(), server.kind().applicationIdentifier(), issuers));
  }
}
