package dev.concordat.chaos;

import dev.concordat.contracts.Topic;
import java.time.Duration;

/** Something that goes wrong, for a time or once. */
sealed interface Fault {

  /** A process is ended as {@code kill -9} does, and started again when it is over. */
  record Kill(String node) implements Fault {
    @Override
    public String toString() {
      return "kill -9 of " + node;
    }
  }

  /**
   * A process is held where it stands ({@code SIGSTOP}): it takes connections, and says nothing.
   */
  record Hold(String node) implements Fault {
    @Override
    public String toString() {
      return node + " held";
    }
  }

  /** Every broker is killed at once. */
  record AllBrokersLost() implements Fault {
    @Override
    public String toString() {
      return "all brokers lost";
    }
  }

  /** There is no room left on a broker's disk: it can't write, and ends itself. */
  record FullDisk(String broker) implements Fault {
    @Override
    public String toString() {
      return "full disk of " + broker;
    }
  }

  /** A replica's clock on the wall jumps, and back again when it is over. */
  record ClockJump(String replica, Duration by) implements Fault {
    @Override
    public String toString() {
      return "clock of %s jumps by %+d s".formatted(replica, by.toSeconds());
    }
  }

  /** Nothing comes through a link. */
  record Cut(String link) implements Fault {
    @Override
    public String toString() {
      return "cut: " + link;
    }
  }

  /** Everything comes late through a link. */
  record Slow(String link, Duration by) implements Fault {
    @Override
    public String toString() {
      return "slow by " + by.toMillis() + " ms: " + link;
    }
  }

  /** A record that nobody can read is written on a topic. */
  record Poison(Topic topic) implements Fault {
    @Override
    public String toString() {
      return "poison on " + topic.topicName();
    }
  }

  /** The partner does not give its metadata document. */
  record PartnerOutage() implements Fault {
    @Override
    public String toString() {
      return "the partner's metadata document is away";
    }
  }

  /** The partner signs with another key from now on. */
  record PartnerRollover() implements Fault {
    @Override
    public String toString() {
      return "the partner changes its key";
    }
  }
}
