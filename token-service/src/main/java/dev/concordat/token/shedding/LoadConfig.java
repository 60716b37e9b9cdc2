package dev.concordat.token.shedding;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much is done at once. */
@ConfigMapping(prefix = "concordat.load")
public interface LoadConfig {

  /** No wait is bounded more tightly: signatures of one burst alone can take as long. */
  Duration SHORTEST_WAIT = Duration.ofMillis(5);

  /** No wait is longer: by then whoever asked has given up. */
  Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /**
   * How many requests for tokens and verdicts are under way at once, for each processor; more are
   * answered 503. Four times as many may be answered from memory.
   */
  @WithDefault("256")
  int requestsPerProcessor();

  /**
   * How long a request may have to wait for the signatures of those before it; where it would be
   * longer, it is answered 503. How many that are is told by how long signatures take at present.
   */
  @WithDefault("50ms")
  Duration longestWait();

  /** The longest wait, checked. */
  default Duration effectiveLongestWait() {
    Duration wait = longestWait();
    if (wait.compareTo(SHORTEST_WAIT) < 0 || wait.compareTo(LONGEST_WAIT) > 0) {
      throw new ConfigurationException(
          "concordat.load.longest-wait is %s; allowed is from %s to %s."
              .formatted(wait, SHORTEST_WAIT, LONGEST_WAIT));
    }
    return wait;
  }

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
