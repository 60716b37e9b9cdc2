package dev.concordat.chaos;

import java.util.Map;

/** Something that was seen in a run. Times are milliseconds since the run began. */
sealed interface Entry {

  /** When it was seen. */
  long at();

  /** A fault begins. */
  record FaultBegan(long at, Fault fault) implements Entry {}

  /** A fault ends; what it ended is perhaps not ready yet. */
  record FaultEnded(long at, Fault fault) implements Entry {}

  /** A replica says that it is ready again. */
  record Ready(long at, String replica) implements Entry {}

  /** What a client asks the registry for. */
  enum Wish {
    REGISTER,
    REMOVE
  }

  /** What became of it, as far as the client knows. */
  enum Told {
    /** It was decided so. */
    ACKNOWLEDGED,
    /** A rule refused it. */
    REFUSED,
    /** No answer told: it may have been decided or not. */
    OPEN
  }

  /**
   * A client's command, with its last answer.
   *
   * @param asked when it was first sent
   * @param revision as the answer tells it; 0 where it doesn't
   * @param detail why it was refused
   */
  record Command(
      long at, long asked, String name, Wish wish, Told told, long revision, String detail)
      implements Entry {}

  /**
   * A change of a partner that several clients want to change, on the condition that it still has
   * the revision that its client read.
   *
   * @param asked when it was first sent
   * @param expected the revision in the condition; 0 where the partner must not be there
   * @param revision as the answer tells it; 0 where it doesn't
   */
  record Change(
      long at, long asked, int client, String name, long expected, Told told, long revision)
      implements Entry {}

  /**
   * A request that a replica answers from what it knows.
   *
   * @param wrong what is wrong with the answer; empty where it is as it must be
   */
  record Answered(long at, long asked, String replica, String api, String wrong) implements Entry {}

  /** A record on the partners topic. */
  record PartnerRecord(long at, long offset, String name, long revision, boolean removed)
      implements Entry {}

  /** What a replica of the token-service made of a request. */
  enum Token {
    ISSUED,
    UNKNOWN_PARTNER,
    /** Another answer. */
    OTHER,
    /** None. */
    NONE
  }

  /**
   * A request for a token and its answer.
   *
   * @param detail the answer, where it is neither a token nor an unknown partner
   */
  record TokenAnswer(
      long at, long asked, String replica, String partner, Token token, String detail)
      implements Entry {}

  /** A scheduled target, from now on. */
  record Due(long at, String sipAddress, long intervalMillis) implements Entry {}

  /** A scheduled probe's result on its topic. */
  record Probed(long at, String sipAddress, long startedAt, String outcome) implements Entry {}

  /** An event on a topic, held against its schema; {@code wrong} is empty where it is valid. */
  record SeenEvent(long at, String topic, int partition, long offset, String type, String wrong)
      implements Entry {}

  /** A record that nobody can read was written. */
  record Poisoned(long at, String topic, int partition, long offset) implements Entry {}

  /** A record was put on the dead letters by a service. */
  record PutAside(long at, String service, String topic, int partition, long offset)
      implements Entry {}

  /** The faults are over, everything is ready, and the clients have stopped. */
  record Settled(long at) implements Entry {}

  /** What a replica's view of a topic is, at the end. */
  record ViewRead(long at, String replica, String topic, String checksum) implements Entry {}

  /** The partners that a replica of the registry tells, with their revisions, at the end. */
  record Listed(long at, String replica, Map<String, Long> partners) implements Entry {}

  /** How many items of probes are in a mailbox, at the end. */
  record LookedInto(long at, String sipAddress, int items) implements Entry {}
}
