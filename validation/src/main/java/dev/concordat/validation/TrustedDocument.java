package dev.concordat.validation;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.TrustedIssuer;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An issuer that is trusted by its auth metadata document.
 *
 * @param url where the document is; https
 * @param kind for whom the issuer may speak
 * @param applications the applications that come through it, where it is a token server
 * @param expected who it must be; absent means whoever the document says, which is then only as
 *     good as the URL
 */
public record TrustedDocument(
    URI url,
    TrustedIssuer.Kind kind,
    Set<PrincipalName> applications,
    @Nullable PrincipalName expected) {

  public TrustedDocument {
    applications = Set.copyOf(applications);
    if (!"https".equalsIgnoreCase(url.getScheme()) || url.getHost() == null) {
      throw new IllegalArgumentException(
          "a metadata document is trusted by an absolute https URL, not by " + url);
    }
  }

  /** A partner that issues its own tokens. */
  public static TrustedDocument self(URI url) {
    return new TrustedDocument(url, TrustedIssuer.Kind.SELF, Set.of(), null);
  }

  /** A token server, and the applications that come through it. */
  public static TrustedDocument tokenServer(URI url, Set<PrincipalName> applications) {
    return new TrustedDocument(url, TrustedIssuer.Kind.TOKEN_SERVER, applications, null);
  }

  /** The same, which must be this issuer. */
  public TrustedDocument expecting(PrincipalName name) {
    return new TrustedDocument(url, kind, applications, name);
  }
}
