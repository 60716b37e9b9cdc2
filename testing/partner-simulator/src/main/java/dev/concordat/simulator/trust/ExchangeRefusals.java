package dev.concordat.simulator.trust;

import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.TokenClaims;
import dev.concordat.simulator.faults.Effect;
import dev.concordat.simulator.trust.Admission.Diagnostics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How Exchange words its refusals and challenges (trust.md 5.2, 5.5). Where the product's code for
 * a cause isn't known, it answers 2000001 with a text of its own (assumed); {@link
 * Assumptions#ownDiagnostics} turns that into no {@code x-ms-diagnostics} at all.
 */
public final class ExchangeRefusals {

  private final ServerIdentity server;
  private final Supplier<TrustView> trust;
  private final Assumptions assumptions;

  public ExchangeRefusals(
      ServerIdentity server, Supplier<TrustView> trust, Assumptions assumptions) {
    this.server = server;
    this.trust = trust;
    this.assumptions = assumptions;
  }

  /** Why a token was refused; absent where the product's answer isn't known and none is made up. */
  @Nullable Diagnostics of(TokenCheck.Outcome.Refused refused, String hostCalled) {
    Optional<TokenClaims> claims = refused.token().map(S2SToken::claims);
    return switch (refused.refusal().rule()) {
      case PARSE, ACTOR_MISSING, OUTER_ALG ->
          new Diagnostics(
              2000001,
              "OAuth token submitted with the request can not be parsed.",
              "invalid_token");
      case ALG, KEY, SIGNATURE ->
          new Diagnostics(2000000, "The token has an invalid signature.", "invalid_signature");
      case ISS -> unknownIssuer(claims.flatMap(TokenClaims::issuer).orElse(""));
      case AUD -> audience(claims, hostCalled);
      case NAMEID ->
          claims
              .flatMap(TokenClaims::nameId)
              .flatMap(PrincipalName::tryParse)
              .map(ExchangeRefusals::noPermission)
              .orElseGet(
                  () ->
                      new Diagnostics(
                          2000001, "The token contains no application.", "invalid_token"));
      case USER ->
          new Diagnostics(
              2000001, "The token contains no applicable user context claims.", "invalid_token");
      default ->
          assumptions.ownDiagnostics()
              ? new Diagnostics(
                  2000001,
                  "The token is not valid: " + refused.refusal().rule().code() + ".",
                  "invalid_token")
              : null;
    };
  }

  private Diagnostics audience(Optional<TokenClaims> claims, String hostCalled) {
    Optional<AudienceName> audience =
        claims.flatMap(TokenClaims::audience).flatMap(AudienceName::tryParse);
    if (audience.isPresent()
        && !server.receiver(hostCalled).realms().contains(audience.get().realm())) {
      return new Diagnostics(
          2000004,
          "The tenant for tenant guid '%s' does not exist.".formatted(audience.get().realm()),
          "invalid_tenant");
    }
    if (audience.isPresent()
        && audience.get().applicationIdentifier().equals(server.kind().applicationIdentifier())) {
      return new Diagnostics(
          2000003,
          "The hostname component of the audience claim value is invalid. Expected 'https://%s'. Actual 'https://%s'."
              .formatted(hostCalled, audience.get().host()),
          "invalid_resource");
    }
    return new Diagnostics(
        2000003, "The audience claim value is invalid 'aud'.", "invalid_resource");
  }

  static Diagnostics noPermission(PrincipalName application) {
    return new Diagnostics(
        2000008,
        "The token should have valid permissions or linked account associated with partner application '%s'."
            .formatted(application.applicationIdentifier()),
        "invalid_grant");
  }

  /** What is said of the token in an {@code Authorization} header if its issuer isn't known. */
  public Diagnostics issuerUnknown(@Nullable String authorization) {
    return unknownIssuer(
        TokenCheck.bearer(authorization)
            .map(S2SToken::parse)
            .flatMap(
                it ->
                    it instanceof S2SToken token
                        ? token.signedToken().claims().issuer()
                        : Optional.empty())
            .orElse(""));
  }

  private static Diagnostics unknownIssuer(String issuer) {
    return new Diagnostics(
        2000009,
        "The issuer of the token is unknown. Issuer was '%s'."
            .formatted(issuer.replaceAll("[^\\x20-\\x7e]|\"", "?")),
        "invalid_issuer");
  }

  /**
   * The challenges of an answer 401.
   *
   * @param tokenRefused whether there was a token
   * @param oauthOffered whether OAuth is on
   * @param wrongly how the server knows its callers, if not rightly
   */
  public List<String> challenges(
      boolean tokenRefused, boolean oauthOffered, Effect.KnownAs.@Nullable Wrongly wrongly) {
    var challenges = new ArrayList<String>();
    if (oauthOffered) {
      String issuers =
          trust.get().trustedIssuers().stream()
              .flatMap(it -> shown(it, wrongly))
              .collect(Collectors.joining(","));
      challenges.add(
          "Bearer client_id=\""
              + server.kind().applicationIdentifier()
              + "\""
              + (issuers.isEmpty() ? "" : ", trusted_issuers=\"" + issuers + "\"")
              + ", token_types=\"app_asserted_user_v1 service_asserted_app_v1\""
              + (tokenRefused ? ", error=\"invalid_token\"" : ""));
    }
    challenges.addAll(
        List.of("Negotiate", "NTLM", "Basic realm=\"" + server.metadataHost() + "\""));
    return List.copyOf(challenges);
  }

  private static Stream<String> shown(
      PrincipalName issuer, Effect.KnownAs.@Nullable Wrongly wrongly) {
    return switch (wrongly) {
      case null -> Stream.of(issuer.toString());
      case NOBODY -> Stream.empty();
      case ANOTHER_REALM -> Stream.of(issuer.applicationIdentifier() + "@elsewhere.example");
      case ANOTHER_CASE -> Stream.of(issuer.toString().toUpperCase(Locale.ROOT));
    };
  }
}
