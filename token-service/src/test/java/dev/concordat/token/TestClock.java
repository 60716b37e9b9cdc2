package dev.concordat.token;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The system's clock until a test sets it. */
@Alternative
@ApplicationScoped
public class TestClock implements InstantSource {

  private volatile @Nullable Instant now;

  @Override
  public Instant instant() {
    Instant set = now;
    return set == null ? Instant.now() : set;
  }

  /** Stands at this time from now on. */
  public void set(Instant time) {
    now = time;
  }

  /** Goes on with the system. */
  public void release() {
    now = null;
  }
}
