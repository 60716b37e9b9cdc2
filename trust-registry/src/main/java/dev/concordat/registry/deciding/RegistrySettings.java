package dev.concordat.registry.deciding;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the trust registry. */
@ConfigMapping(prefix = "concordat.registry")
public interface RegistrySettings {

  /**
   * How long a request waits for its decision, while Kafka answers, before it says that the outcome
   * is unknown: longer than another replica needs to take the deciding over.
   */
  @WithDefault("15s")
  Duration decisionTimeout();

  /** How long Kafka may be silent before a request that needs it is answered 503. */
  @WithDefault("2s")
  Duration silence();

  /** How many commands are decided in one transaction at most. */
  @WithDefault("500")
  int batch();

  /** After how long of silence another replica takes over the deciding. */
  @WithDefault("6s")
  Duration takeover();
}
