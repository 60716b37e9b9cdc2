package dev.concordat.registry.setup;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * This deployment as partners know it, each value of a type that no code fits into.
 *
 * @param applicationIdentifier a GUID, or an absolute URI
 * @param realm a domain or a GUID
 * @param publicUrl where partners reach the metadata-service
 * @param certificate that of the key that signs now, where one is known
 */
public record Us(
    String applicationIdentifier,
    String realm,
    WebUrl publicUrl,
    @Nullable SigningCertificate certificate) {

  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
              + "|[A-Za-z][A-Za-z0-9+.-]{0,30}:[A-Za-z0-9._~:/?=&+-]{1,200}");

  private static final Pattern REALM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

  public Us {
    if (!IDENTIFIER.matcher(applicationIdentifier).matches() || !REALM.matcher(realm).matches()) {
      throw new IllegalArgumentException("no identity that is written here");
    }
  }

  /**
   * This deployment by its settings.
   *
   * @throws SetupRefused naming the setting that is missing or does not hold
   */
  public static Us of(
      Optional<String> applicationIdentifier,
      Optional<String> realm,
      String publicUrl,
      Optional<SigningCertificate> certificate)
      throws SetupRefused {
    return new Us(
        setting(
            "concordat.identity.application-identifier",
            applicationIdentifier,
            IDENTIFIER,
            "a GUID or an absolute URI"),
        setting("concordat.identity.realm", realm, REALM, "a domain or a GUID"),
        WebUrl.of(publicUrl)
            .orElseThrow(
                () ->
                    SetupRefused.setting(
                        "concordat.metadata.public-url", "is no such URL", WebUrl.RULE)),
        certificate.orElse(null));
  }

  private static String setting(String key, Optional<String> value, Pattern allowed, String rule)
      throws SetupRefused {
    if (value.isEmpty()) {
      throw SetupRefused.setting(key, "is not set", rule);
    }
    if (!allowed.matcher(value.get()).matches()) {
      throw SetupRefused.setting(key, "can't be put into a command", rule);
    }
    return value.get();
  }

  /** {@code <application identifier>@<realm>}. */
  public String issuer() {
    return applicationIdentifier + "@" + realm;
  }

  /** Where our auth metadata document is. */
  public WebUrl metadataUrl() {
    return publicUrl.at("/metadata/json/1");
  }

  /** Where our keys are as a JWK set. */
  public WebUrl jwksUrl() {
    return publicUrl.at("/jwks");
  }

  /** Where it stands which endpoint issues tokens (RFC 8414). */
  public WebUrl authorizationServerUrl() {
    return publicUrl.at("/.well-known/oauth-authorization-server");
  }
}
