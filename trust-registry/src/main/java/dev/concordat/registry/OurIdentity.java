package dev.concordat.registry;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.Views;
import dev.concordat.registry.setup.SetupRefused;
import dev.concordat.registry.setup.Us;
import dev.concordat.registry.setup.WebUrl;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * This deployment as partners know it: by its settings, checked at start, and by the key that signs
 * now, as the token-service has published it.
 */
@Startup
@Singleton
public class OurIdentity {

  private final IdentitySettings identity;
  private final PublicationSettings publication;
  private final CompactedView<SigningKeyPublished> keys;

  @Inject
  OurIdentity(IdentitySettings identity, PublicationSettings publication, Views views) {
    checkName(identity);
    checkUrl(publication.publicUrl());
    this.identity = identity;
    this.publication = publication;
    keys = views.open(Topic.SIGNING_KEYS, SigningKeyPublished.class);
  }

  /** What our documents call us. */
  public String displayName() {
    return identity.displayName();
  }

  /**
   * Us, now.
   *
   * @throws SetupRefused naming the setting that is missing
   */
  public Us now() throws SetupRefused {
    return Us.of(
        identity.applicationIdentifier().map(OurIdentity::lower),
        identity.realm().map(OurIdentity::lower),
        publication.publicUrl(),
        certificate());
  }

  /** Two keys may both be current for the moment in which one takes over: the later one is. */
  private Optional<SigningCertificate> certificate() {
    return keys.snapshot().values().stream()
        .filter(key -> key.phase() == Phase.CURRENT)
        .max(Comparator.comparing(SigningKeyPublished::publishedAt))
        .flatMap(key -> SigningCertificate.tryParse(key.certificate()));
  }

  /** As everything of ours writes it (MS-SPS2SAUTH 3.1.5). */
  private static String lower(String part) {
    return part.toLowerCase(Locale.ROOT);
  }

  private static void checkName(IdentitySettings identity) {
    if (identity.applicationIdentifier().isEmpty() || identity.realm().isEmpty()) {
      return;
    }
    try {
      new PrincipalName(identity.applicationIdentifier().get(), identity.realm().get());
    } catch (MalformedName e) {
      throw new ConfigurationException(
          "concordat.identity.application-identifier '%s' and concordat.identity.realm '%s' make no principal name: %s. Allowed is a GUID (or other name without @, / and blanks) and a realm such as litwareinc.com."
              .formatted(
                  identity.applicationIdentifier().get(), identity.realm().get(), e.getMessage()));
    }
  }

  private static void checkUrl(String url) {
    if (WebUrl.of(url).filter(it -> !it.text().contains("?")).isEmpty()) {
      throw new ConfigurationException(
          "concordat.metadata.public-url is '%s', and must be %s and without a query; plain http is for laboratories."
              .formatted(url, WebUrl.RULE));
    }
  }
}
