package dev.concordat.token.ingress;

import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.AccessTokenClaims;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.token.rules.Client;
import dev.concordat.token.validation.Judgement;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as headers for the service behind the ingress. All of them are always there, an absent
 * value empty: an ingress copies them over whatever the caller itself has sent under these names.
 */
final class IdentityHeaders {

  /** What every header's name begins with. */
  static final String PREFIX = "X-Concordat-";

  private static final int FIRST_VISIBLE = 0x21;
  private static final int LAST_VISIBLE = 0x7E;

  private IdentityHeaders() {}

  static Map<String, String> of(Judgement.Holds holds) {
    Accepted accepted = holds.accepted();
    UserClaims user = accepted.user();
    return headers(
        holds.partner().name(),
        accepted.actor().application().toString(),
        accepted.actor().issuer().toString(),
        user == null ? null : subject(user),
        user);
  }

  static Map<String, String> of(AccessTokenClaims claims) {
    UserClaims user = claims.user();
    boolean person = Client.Administrator.isIdOf(claims.clientId());
    return headers(
        person ? "" : claims.clientId(),
        written(claims.clientId()),
        claims.issuer(),
        user == null ? null : claims.subject(),
        user);
  }

  private static Map<String, String> headers(
      String partner,
      String application,
      String issuer,
      @Nullable String subject,
      @Nullable UserClaims user) {
    var headers = new LinkedHashMap<String, String>();
    headers.put(PREFIX + "Partner", partner);
    headers.put(PREFIX + "Application", application);
    headers.put(PREFIX + "Issuer", issuer);
    headers.put(PREFIX + "User", written(subject));
    headers.put(PREFIX + "User-Upn", user == null ? "" : written(user.upn()));
    headers.put(PREFIX + "User-Smtp", user == null ? "" : written(user.smtp()));
    headers.put(PREFIX + "User-Sip", user == null ? "" : written(user.sip()));
    headers.put(PREFIX + "User-Sid", user == null ? "" : written(user.sid().orElse(null)));
    return headers;
  }

  /** The name that the token itself puts first. */
  private static @Nullable String subject(UserClaims user) {
    String nameId = user.nameId();
    return nameId != null ? nameId : user.addresses().findFirst().orElse(null);
  }

  /**
   * Percent-encoded where a character is no visible ASCII one: nothing that a token says can end a
   * header or begin another.
   */
  static String written(@Nullable String value) {
    if (value == null) {
      return "";
    }
    var text = new StringBuilder(value.length());
    for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
      int it = octet & 0xFF;
      if (it < FIRST_VISIBLE || it > LAST_VISIBLE || it == '%') {
        text.append('%').append(Character.toUpperCase(Character.forDigit(it >> 4, 16)));
        text.append(Character.toUpperCase(Character.forDigit(it & 0xF, 16)));
      } else {
        text.append((char) it);
      }
    }
    return text.toString();
  }
}
