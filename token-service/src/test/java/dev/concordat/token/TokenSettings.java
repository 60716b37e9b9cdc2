package dev.concordat.token;

import dev.concordat.token.signing.TokenConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** {@link TokenConfig} as the service reads it. */
public final class TokenSettings {

  private TokenSettings() {}

  /** The defaults, but for these keys. */
  public static TokenConfig with(Map<String, String> changed) {
    var builder =
        new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(TokenConfig.class);
    changed.forEach(builder::withDefaultValue);
    return builder.build().getConfigMapping(TokenConfig.class);
  }
}
