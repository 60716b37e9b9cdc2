package dev.concordat.contracts.events;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rollover to the key in whose record it stands: who wanted it, and which partners have proved
 * that they accept the key. What is not here is derived: who still has to, from the registrations;
 * who has read our document, from {@link DocumentRead}.
 *
 * @param startedAt when it began
 * @param startedBy who began it; {@code schedule} where nobody did
 * @param askedAt when somebody last wanted to know whether it can be done now
 * @param notBefore the key signs nothing before this, whoever has accepted it
 * @param forced the partners whose acceptance is not waited for; {@code *} means all
 * @param rehearsed the partners at which a probe passed with a token that the key signed
 * @param abortedAt when somebody ended it before the key signed; absent unless that happened
 */
public record KeyRollover(
    Instant startedAt,
    String startedBy,
    Instant askedAt,
    @Nullable Instant notBefore,
    List<String> forced,
    List<Rehearsed> rehearsed,
    @Nullable Instant abortedAt) {

  /** In {@link #forced}: every partner. */
  public static final String EVERY_PARTNER = "*";

  public KeyRollover {
    forced = forced == null ? List.of() : List.copyOf(forced);
    rehearsed = rehearsed == null ? List.of() : List.copyOf(rehearsed);
  }

  /**
   * A probe that passed.
   *
   * @param partner the partner's name
   * @param probe the probe's id
   * @param at when it had passed
   */
  public record Rehearsed(String partner, String probe, Instant at) {}

  /** Whether it goes on. */
  public boolean running() {
    return abortedAt == null;
  }
}
