package dev.concordat.token.rollover;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a rollover goes. */
@ConfigMapping(prefix = "concordat.signing.rollover")
public interface RolloverConfig {

  /**
   * Whether a rollover begins by itself: when the certificate of the key that signs nears its end
   * and a next key is there, or when the source has replaced the key that signs (cert-manager
   * renewed its Secret). It waits for the partners as one that was asked for does.
   */
  @WithDefault("false")
  boolean automatic();

  /** How long after a rehearsal that failed the next one follows, unless somebody asks before. */
  @WithDefault("15m")
  Duration rehearsalInterval();

  /** How long a rehearsal may take before it counts as unanswered. */
  @WithDefault("2m")
  Duration rehearsalPatience();
}
