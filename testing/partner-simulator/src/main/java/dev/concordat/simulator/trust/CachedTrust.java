package dev.concordat.simulator.trust;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whom a server trusts, as its worker processes have it: a change takes effect after a while, or at
 * once with {@code iisreset} (a vendor's support article says about 15 minutes). Off by default.
 */
public final class CachedTrust implements Supplier<TrustView> {

  private final Supplier<TrustView> live;
  private final Duration life;
  private final InstantSource clock;
  private @Nullable TrustView cached;
  private Instant since;

  /**
   * @param live whom it trusts by its configuration
   * @param life how long the worker processes go on with what they have; zero for no caching
   */
  public CachedTrust(Supplier<TrustView> live, Duration life, InstantSource clock) {
    this.live = live;
    this.life = life;
    this.clock = clock;
    cached = live.get();
    since = clock.instant();
  }

  @Override
  public synchronized TrustView get() {
    Instant now = clock.instant();
    TrustView view = cached;
    if (view == null || !now.isBefore(since.plus(life))) {
      view = live.get();
      cached = view;
      since = now;
    }
    return view;
  }

  /** {@code iisreset}: the configuration counts from now on. */
  public synchronized void reset() {
    cached = null;
  }
}
