package dev.concordat.cli;

import dev.concordat.cli.ServiceClient.Attempt;
import java.io.IOException;
import java.time.Duration;

/**
 * Asks again what may be asked again: after as long as the service says where it is busy (503),
 * after a second where the connection broke, and not for ever.
 */
final class Patience {

  private static final int MOST_ATTEMPTS = 8;
  private static final Duration USUAL_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private Patience() {}

  /** Something that may be asked more than once. */
  interface Question {
    Attempt ask() throws IOException;
  }

  /** The last answer: a good one, a refusal, or the 503 after which patience ended. */
  static Attempt ask(Question question) throws IOException {
    for (int i = 1; ; i++) {
      Duration wait = USUAL_WAIT;
      try {
        Attempt attempt = question.ask();
        if (attempt.status() != 503 || i == MOST_ATTEMPTS) {
          return attempt;
        }
        Duration asked = attempt.retryAfter();
        wait = asked == null ? USUAL_WAIT : asked;
      } catch (IOException e) {
        if (i == MOST_ATTEMPTS) {
          throw e;
        }
      }
      try {
        Thread.sleep(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
      } catch (InterruptedException e) {
        throw ServiceClient.interrupted();
      }
    }
  }
}
