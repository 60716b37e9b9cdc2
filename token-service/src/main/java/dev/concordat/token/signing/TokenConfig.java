package dev.concordat.token.signing;

import dev.concordat.token.rules.TokenTimes;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** How tokens are made, and where they are asked for. */
@ConfigMapping(prefix = "concordat.token")
public interface TokenConfig {

  /** How long a token lives, from five minutes to a day; Exchange's own live eight hours. */
  @WithDefault("8h")
  Duration lifetime();

  /** The actor tokens that are kept for reuse; beyond that the least used is signed anew. */
  @WithDefault("10000")
  int cacheSize();

  /** The base of the URL under which clients reach this service, without a path. */
  @WithDefault("http://localhost:8083")
  URI publicUrl();

  /** Our RFC 8414 issuer, which assertions may name as audience; absent means the public URL. */
  Optional<String> issuer();

  /** The lifetime, checked. */
  default Duration effectiveLifetime() {
    Duration lifetime = lifetime();
    if (lifetime.compareTo(TokenTimes.SHORTEST) < 0 || lifetime.compareTo(TokenTimes.LONGEST) > 0) {
      throw new ConfigurationException(
          "concordat.token.lifetime is %s; allowed is from %s to %s."
              .formatted(lifetime, TokenTimes.SHORTEST, TokenTimes.LONGEST));
    }
    return lifetime;
  }

  /** Where {@code POST /oauth2/token} is reached. */
  default String tokenUrl() {
    return base() + "/oauth2/token";
  }

  /** Our RFC 8414 issuer. */
  default String effectiveIssuer() {
    return issuer().orElseGet(this::base);
  }

  private String base() {
    String url = publicUrl().toString();
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }
}
