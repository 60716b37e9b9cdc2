package dev.concordat.token.validation;

import dev.concordat.contracts.names.RealmComparison;
import dev.concordat.contracts.tokens.S2SToken.OuterSignature;
import dev.concordat.contracts.tokens.ValidationSettings;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** How tokens that are presented to us are judged. */
@ConfigMapping(prefix = "concordat.validation")
public interface ValidationConfig {

  /** How far a sender's clock may be off, from nothing to ten minutes. */
  @WithDefault("5m")
  Duration clockSkew();

  /** The longest time between {@code nbf} and {@code exp}, up to ten days. */
  @WithDefault("24h")
  Duration longestLifetime();

  /**
   * How application identifiers and realms are compared: {@code ordinal} or {@code ignore-case}.
   */
  @WithDefault("ordinal")
  RealmComparison realmComparison();

  /** Whether a token without {@code x5t} is tried with each key of its issuer. */
  @WithDefault("true")
  boolean keyWithoutX5t();

  /** A signed outer token: {@code refused}, or its signature {@code ignored}. */
  @WithDefault("refused")
  OuterSignature outerSignature();

  /** Partners, by name, that speak for any application: SharePoint's {@code -IsTrustBroker}. */
  Optional<Set<String>> brokers();

  /** The URLs of our Outlook add-ins, any of which an Exchange identity token may name. */
  Optional<Set<String>> addIns();

  /** How many verdicts are remembered. */
  @WithDefault("20000")
  int remembered();

  /** The switches, checked. */
  default ValidationSettings settings() {
    require("clock-skew", clockSkew(), Duration.ZERO, Duration.ofMinutes(10));
    require("longest-lifetime", longestLifetime(), Duration.ofMinutes(5), Duration.ofDays(10));
    return new ValidationSettings(
        clockSkew(), longestLifetime(), realmComparison(), keyWithoutX5t(), outerSignature());
  }

  private static void require(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new ConfigurationException(
          "concordat.validation.%s is %s; allowed is from %s to %s."
              .formatted(key, value, least, most));
    }
  }
}
