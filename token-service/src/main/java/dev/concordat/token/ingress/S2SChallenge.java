package dev.concordat.token.ingress;

import dev.concordat.contracts.tokens.Receiver;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The challenge that tells a partner whose tokens are taken here (MS-XOAUTH 3.2.5.2): {@code realm}
 * first and without blanks between, as clients search for it (trust reference 5.3). It is the same
 * whatever was wrong with a token.
 */
final class S2SChallenge {

  private static final int MOST_ISSUERS = 64;

  private S2SChallenge() {}

  /**
   * The value of {@code WWW-Authenticate}.
   *
   * @param trustedIssuers the partners that are trusted now
   * @param badToken whether there was a token, which didn't hold
   */
  static String of(Receiver ours, List<String> trustedIssuers, boolean badToken) {
    var challenge = new StringBuilder("Bearer ");
    challenge.append("realm=\"").append(String.join(",", ours.realms()));
    challenge.append("\",client_id=\"").append(ours.applicationIdentifier()).append('"');
    if (!trustedIssuers.isEmpty()) {
      challenge
          .append(",trusted_issuers=\"")
          .append(
              trustedIssuers.stream()
                  .filter(S2SChallenge::plain)
                  .sorted()
                  .limit(MOST_ISSUERS)
                  .collect(Collectors.joining(",")))
          .append('"');
    }
    if (badToken) {
      challenge.append(",error=\"invalid_token\"");
    }
    return challenge.toString();
  }

  /**
   * Whether a name is one entry of the list and no more. A partner's document names its realm as it
   * likes, and a quote in it would end the parameter.
   */
  private static boolean plain(String name) {
    return name.chars()
        .allMatch(it -> it > ' ' && it <= '~' && it != '"' && it != '\\' && it != ',');
  }
}
