package dev.concordat.contracts.challenges;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about the server-to-server tokens that it takes (MS-XOAUTH 3.2.5.2,
 * MS-SPS2SAUTH 3.1.5).
 *
 * @param clientId the server's application identifier
 * @param realm the server's realm
 * @param trustedIssuers whom it trusts, as sent: names, names in any realm, and URLs
 * @param tokenTypes the kinds of token that it takes
 * @param authorizationUri where users are sent, where it has such a place
 * @param error for example {@code invalid_token}
 */
public record BearerChallenge(
    @Nullable String clientId,
    @Nullable String realm,
    List<String> trustedIssuers,
    List<String> tokenTypes,
    @Nullable String authorizationUri,
    @Nullable String error) {

  /** White space, or where a copy lost it: behind a version and before the next name. */
  private static final Pattern BETWEEN_TOKEN_TYPES = Pattern.compile("\\s+|(?<=_v[0-9])(?=[a-z])");

  public BearerChallenge {
    trustedIssuers = List.copyOf(trustedIssuers);
    tokenTypes = List.copyOf(tokenTypes);
  }

  static BearerChallenge of(Challenge challenge) {
    return new BearerChallenge(
        challenge.parameter("client_id").orElse(null),
        challenge.parameter("realm").orElse(null),
        // MS-SPS2SAUTH spells it without the underscore.
        challenge
            .parameter("trusted_issuers")
            .or(() -> challenge.parameter("trustedissuers"))
            .map(BearerChallenge::issuers)
            .orElse(List.of()),
        challenge.parameter("token_types").map(BearerChallenge::types).orElse(List.of()),
        challenge.parameter("authorization_uri").orElse(null),
        challenge.parameter("error").orElse(null));
  }

  /** The trusted issuers that are names. */
  public List<PrincipalName> trustedIssuerNames() {
    return trustedIssuers.stream().map(PrincipalName::tryParse).flatMap(Optional::stream).toList();
  }

  /** Whether this issuer is among those trusted, exactly or in any realm. */
  public boolean trusts(PrincipalName issuer) {
    return trusts(issuer, RealmComparison.ORDINAL);
  }

  /** As {@link #trusts(PrincipalName)}, under this comparison. */
  public boolean trusts(PrincipalName issuer, RealmComparison comparison) {
    return trustedIssuerNames().stream().anyMatch(trusted -> trusted.covers(issuer, comparison));
  }

  private static List<String> issuers(String value) {
    return Arrays.stream(value.split(","))
        .map(String::strip)
        .filter(BearerChallenge::given)
        .toList();
  }

  private static List<String> types(String value) {
    return Stream.of(BETWEEN_TOKEN_TYPES.split(value)).filter(BearerChallenge::given).toList();
  }

  private static boolean given(String text) {
    return !text.isEmpty();
  }
}
