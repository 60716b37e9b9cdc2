package dev.concordat.simulator.trust;

import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.TokenClaims;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The mailboxes that a request names, before anybody was let in: only to find the fault that is
 * meant for it, never to decide what it may see.
 */
public final class NamedMailboxes {

  private static final Pattern IN_BODY =
      Pattern.compile(
          "<(?:[\\w.-]+:)?(?:PrimarySmtpAddress|SmtpAddress|PrincipalName|EmailAddress|Mailbox|EMailAddress)>"
              + "([^<@\\s]{1,64}@[^<@\\s]{1,253})<");

  private NamedMailboxes() {}

  /** In its {@code X-AnchorMailbox}, its token's claims and its body. */
  public static Set<String> of(HttpServerRequest request, byte[] body) {
    var named = new LinkedHashSet<String>();
    Optional.ofNullable(request.getHeader("X-AnchorMailbox")).ifPresent(named::add);
    String authorization = request.getHeader("Authorization");
    if (authorization != null
        && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
        && S2SToken.parse(authorization.substring(7).strip()) instanceof S2SToken token
        && token.userToken()) {
      TokenClaims claims = token.claims();
      for (String claim : new String[] {"upn", "nameid", "smtp", "sip"}) {
        claims.text(claim).ifPresent(named::add);
      }
    }
    var found = IN_BODY.matcher(new String(body, StandardCharsets.UTF_8));
    while (found.find()) {
      named.add(found.group(1));
    }
    return named;
  }
}
