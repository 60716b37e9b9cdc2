package dev.concordat.registry.rules;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerCommandDecided.Outcome;
import dev.concordat.contracts.events.PartnerRegistered;

/** What a command does to the registry. */
public sealed interface Decision {

  /** A partner that was not there is registered. */
  record Created(PartnerRegistered partner) implements Decision {}

  /** A partner's state is replaced. */
  record Replaced(PartnerRegistered partner) implements Decision {}

  /** The partner is as was asked for already. */
  record Unchanged(PartnerRegistered partner) implements Decision {}

  /**
   * A partner is removed.
   *
   * @param revision the registry's revision after it
   */
  record Removed(PartnerRegistered partner, long revision) implements Decision {}

  /** Nothing happens; the problem names field, value and rule. */
  record Refused(Problem problem) implements Decision {}

  /** The decision's name on the wire. */
  default Outcome outcome() {
    return switch (this) {
      case Created _ -> Outcome.CREATED;
      case Replaced _ -> Outcome.REPLACED;
      case Unchanged _ -> Outcome.UNCHANGED;
      case Removed _ -> Outcome.REMOVED;
      case Refused _ -> Outcome.REFUSED;
    };
  }
}
