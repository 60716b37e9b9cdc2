package dev.concordat.simulator.trust;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token server whose tokens a simulated server takes, and gets itself: an auth server of Exchange
 * ({@code New-AuthServer}), an OAuth server of Skype for Business ({@code New-CsOAuthServer}).
 *
 * @param name its name there
 * @param issuer its issuer identifier
 * @param metadataUrl where its document is
 * @param trustAnyTlsCertificate whether TLS is not verified when it is read
 * @param tokenEndpoint where it issues tokens, as its document says
 * @param certificates the certificates that were read
 * @param enabled whether its tokens count
 */
public record TokenServer(
    String name,
    PrincipalName issuer,
    String metadataUrl,
    boolean trustAnyTlsCertificate,
    @Nullable String tokenEndpoint,
    List<SigningCertificate> certificates,
    boolean enabled) {

  public TokenServer {
    certificates = List.copyOf(certificates);
  }

  /** The same, enabled or not. */
  public TokenServer enabled(boolean now) {
    return new TokenServer(
        name, issuer, metadataUrl, trustAnyTlsCertificate, tokenEndpoint, certificates, now);
  }
}
