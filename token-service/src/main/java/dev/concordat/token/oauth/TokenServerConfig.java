package dev.concordat.token.oauth;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The partner token server, {@code POST /tokens/OAuth/2}. */
@ConfigMapping(prefix = "concordat.token-server")
public interface TokenServerConfig {

  /**
   * The HTTP status of {@code invalid_client}: 400 as ACS answers (likely), or 401 as RFC 6749 has
   * it.
   */
  @WithDefault("400")
  int clientErrorStatus();

  /** The status, checked. */
  default int effectiveClientErrorStatus() {
    int status = clientErrorStatus();
    if (status != 400 && status != 401) {
      throw new ConfigurationException(
          "concordat.token-server.client-error-status is %d; allowed are 400 and 401."
              .formatted(status));
    }
    return status;
  }
}
