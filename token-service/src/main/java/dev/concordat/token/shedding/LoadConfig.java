package dev.concordat.token.shedding;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much is done at once. */
@ConfigMapping(prefix = "concordat.load")
public interface LoadConfig {

  /**
   * How many requests for tokens and verdicts are under way at once, for each processor; more are
   * answered 503. It bounds how long one waits for those before it: 256 signatures take one core
   * about 70 ms.
   */
  @WithDefault("256")
  int requestsPerProcessor();

  /** The bound for this machine, checked. */
  default int mostAtOnce() {
    int each = requestsPerProcessor();
    if (each < 1 || each > 100_000) {
      throw new ConfigurationException(
          "concordat.load.requests-per-processor is %d; allowed is from 1 to 100000."
              .formatted(each));
    }
    return each * Runtime.getRuntime().availableProcessors();
  }
}
