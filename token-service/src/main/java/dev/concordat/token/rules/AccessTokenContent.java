package dev.concordat.token.rules;

import dev.concordat.contracts.tokens.CertificateBinding;
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
 * @param roles what the client is there, where it acts as itself
 * @param binding the certificate that the client proved itself by; absent where it did otherwise
 */
public record AccessTokenContent(
    String audience,
    String clientId,
    @Nullable User user,
    List<String> scopes,
    List<String> roles,
    @Nullable CertificateBinding binding) {

  public AccessTokenContent {
    scopes = List.copyOf(scopes);
    roles = List.copyOf(roles);
  }

  /** Whom it is about. */
  public String subject() {
    return user == null ? clientId : user.named();
  }
}
