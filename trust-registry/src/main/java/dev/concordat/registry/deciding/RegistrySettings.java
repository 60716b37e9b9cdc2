package dev.concordat.registry.deciding;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the trust registry. */
@ConfigMapping(prefix = "concordat.registry")
public interface RegistrySettings {

  /** How long a request waits for its decision before it answers that the outcome is unknown. */
  @WithDefault("10s")
  Duration decisionTimeout();

  /** How long a request waits for Kafka to take its command before it answers 503. */
  @WithDefault("3s")
  Duration appendTimeout();

  /** How many commands are decided in one transaction at most. */
  @WithDefault("500")
  int batch();

  /** After how long of silence another replica takes over the deciding. */
  @WithDefault("6s")
  Duration takeover();
}
