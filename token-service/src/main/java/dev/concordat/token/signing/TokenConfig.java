package dev.concordat.token.signing;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.token.rules.TokenTimes;
import dev.concordat.token.rules.UserClaim;
import dev.concordat.token.rules.UserNaming;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How tokens are made, and where they are asked for. */
@ConfigMapping(prefix = "concordat.token")
public interface TokenConfig {

  /** How long a token lives, from five minutes to a day; Exchange's own live eight hours. */
  @WithDefault("8h")
  Duration lifetime();

  /** How long an access token for a service of our own lives, from five minutes to a day. */
  @WithDefault("1h")
  Duration accessTokenLifetime();

  /** The tokens of each kind that are kept for reuse; beyond that the least used is signed anew. */
  @WithDefault("10000")
  int cacheSize();

  /** The base of the URL under which clients reach this service, without a path. */
  @WithDefault("http://localhost:8083")
  URI publicUrl();

  /**
   * Our RFC 8414 issuer, which access tokens have as {@code iss} and assertions may name as
   * audience; absent means the public URL.
   */
  Optional<String> issuer();

  /**
   * By which claims partners of a kind ({@code exchange}, {@code skype}, {@code sharepoint}, {@code
   * generic}) are told of users: {@code nameid-upn}, {@code sid}, {@code upn}, {@code smtp}, {@code
   * sip}. Absent means {@code nameid-upn,smtp,sip} for Exchange, {@code sid} for SharePoint, {@code
   * sip,smtp,upn} for others.
   */
  Map<PartnerKind, Set<UserClaim>> userClaims();

  /** The same for single partners, by name. */
  Map<String, Set<UserClaim>> partnerUserClaims();

  /**
   * How many partners' tokens are counted under the partner's own name; those of further ones are
   * counted together, as {@code other}, so that metrics stay bounded.
   */
  @WithDefault("200")
  int partnersInMetrics();

  /**
   * The header in which an ingress that ends TLS hands on the client's verified certificate (RFC
   * 9440's {@code Client-Cert}, nginx's {@code ssl-client-cert}, Traefik's {@code
   * X-Forwarded-Tls-Client-Cert}, Envoy's {@code X-Forwarded-Client-Cert}). Absent means that none
   * is believed. Set it only where every request comes through that ingress, and it strips what
   * clients send under this name.
   */
  Optional<String> forwardedCertificateHeader();

  /** The switches of {@link #userClaims} and {@link #partnerUserClaims}. */
  default UserNaming userNaming() {
    return new UserNaming(userClaims(), partnerUserClaims());
  }

  /** The lifetime, checked. */
  default Duration effectiveLifetime() {
    return checked("lifetime", lifetime());
  }

  /** The lifetime of access tokens, checked. */
  default Duration effectiveAccessTokenLifetime() {
    return checked("access-token-lifetime", accessTokenLifetime());
  }

  private static Duration checked(String key, Duration lifetime) {
    if (lifetime.compareTo(TokenTimes.SHORTEST) < 0 || lifetime.compareTo(TokenTimes.LONGEST) > 0) {
      throw new ConfigurationException(
          "concordat.token.%s is %s; allowed is from %s to %s."
              .formatted(key, lifetime, TokenTimes.SHORTEST, TokenTimes.LONGEST));
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
