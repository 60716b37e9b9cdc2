package dev.concordat.token.validation;

import dev.concordat.contracts.tokens.Refusal;

/** A refusal in the words of {@code x-ms-diagnostics}, with Exchange's codes and categories. */
final class Diagnostics {

  private Diagnostics() {}

  static String of(Refusal refusal) {
    String kind =
        switch (refusal.rule()) {
          case KEY, SIGNATURE, CERTIFICATE -> "2000000;%s;error_category=\"invalid_signature\"";
          case AUD -> "2000003;%s;error_category=\"invalid_resource\"";
          case USER -> "2000005;%s;error_category=\"invalid_user\"";
          case DELEGATION, TRUST_LEVEL -> "2000008;%s;error_category=\"invalid_grant\"";
          case ISS, NAMEID, OUTER_ISSUER, AMURL -> "2000009;%s;error_category=\"invalid_issuer\"";
          case PARSE,
              ACTOR_MISSING,
              OUTER_ALG,
              ALG,
              EXP,
              NBF,
              LIFETIME,
              VERSION,
              TYP,
              CLIENT_ID,
              JTI,
              CNF ->
              "2000001;%s;error_category=\"invalid_token\"";
        };
    return kind.formatted("reason=\"" + harmless(refusal.reason()) + "\"");
  }

  /** The reason may quote the token's own issuer and audience: nothing of them ends the quotes. */
  private static String harmless(String reason) {
    var clean = new StringBuilder(reason.length());
    reason
        .codePoints()
        .map(it -> it == '"' || it == ';' ? '\'' : it < 0x20 || it > 0x7E ? '?' : it)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
