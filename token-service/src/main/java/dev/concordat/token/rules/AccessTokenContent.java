package dev.concordat.token.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an access token for a service of our own says (RFC 9068), apart from its issuer, its id and
 * its times.
 *
 * @param audience the service's registered application identifier
 * @param clientId who acts
 * @param user whom it acts for; absent where it acts as itself
 * @param scopes what it may do there
 */
public record AccessTokenContent(
    String audience, String clientId, @Nullable User user, List<String> scopes) {

  public AccessTokenContent {
    scopes = List.copyOf(scopes);
  }

  /** Whom it is about. */
  public String subject() {
    return user == null ? clientId : user.named();
  }
}
