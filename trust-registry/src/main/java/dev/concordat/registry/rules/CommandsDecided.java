package dev.concordat.registry.rules;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.Idempotency;
import dev.concordat.contracts.events.PartnerCommandDecided;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was decided of commands that may be repeated, the newest of them. May be used from any
 * thread.
 */
public final class CommandsDecided {

  /** How many are remembered; a client repeats what it heard nothing of within minutes. */
  public static final int MOST = 100_000;

  private final Map<String, PartnerCommandDecided> byKey =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PartnerCommandDecided> eldest) {
          return size() > MOST;
        }
      };

  /** Remembers a decision if its command may be repeated; the first of a key counts. */
  public synchronized void add(PartnerCommandDecided decided) {
    Idempotency idempotency = decided.idempotency();
    if (idempotency != null) {
      byKey.putIfAbsent(idempotency.key(), decided);
    }
  }

  /** What was decided under this key; a refusal where the key was for something else. */
  public synchronized Optional<PartnerCommandDecided> of(Idempotency idempotency) {
    PartnerCommandDecided decided = byKey.get(idempotency.key());
    if (decided == null) {
      return Optional.empty();
    }
    Idempotency first = decided.idempotency();
    return first != null && first.fingerprint().equals(idempotency.fingerprint())
        ? Optional.of(decided)
        : Optional.of(
            new PartnerCommandDecided(
                decided.commandId(),
                decided.name(),
                PartnerCommandDecided.Outcome.REFUSED,
                null,
                REUSED,
                idempotency));
  }

  /**
   * The answer that the draft of the header field asks for (draft-ietf-httpapi-idempotency-key).
   */
  private static final Problem REUSED =
      Problem.of(
              "idempotency-key-reused",
              "The Idempotency-Key was for another request",
              422,
              "Another request was made with this Idempotency-Key within the last day. Take a new key"
                  + " for a new request.")
          .with("field", "Idempotency-Key")
          .with("rule", "a key belongs to one request and its repetitions");
}
