package dev.concordat.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.Idempotency;
import dev.concordat.contracts.events.PartnerCommandDecided;
import dev.concordat.contracts.events.PartnerCommandDecided.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommandsDecidedTest {

  private final CommandsDecided decided = new CommandsDecided();

  @Test
  void the_same_request_under_the_same_key_has_the_same_answer() {
    decided.add(decision("c-1", Outcome.CREATED, 7L, new Idempotency("key", "request")));

    assertThat(decided.of(new Idempotency("key", "request")).orElseThrow().revision()).isEqualTo(7);
    assertThat(decided.of(new Idempotency("other", "request"))).isEmpty();
  }

  @Test
  void another_request_under_the_same_key_is_refused_and_does_not_displace_the_first() {
    decided.add(decision("c-1", Outcome.CREATED, 7L, new Idempotency("key", "request")));

    PartnerCommandDecided refused = decided.of(new Idempotency("key", "another")).orElseThrow();
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    Problem problem = refused.problem();
    assertThat(problem).isNotNull();
    assertThat(problem.code()).isEqualTo("idempotency-key-reused");
    assertThat(problem.status()).isEqualTo(422);

    decided.add(refused);
    assertThat(decided.of(new Idempotency("key", "request")).orElseThrow().outcome())
        .isEqualTo(Outcome.CREATED);
  }

  @Test
  void a_command_without_a_key_is_not_remembered_and_the_oldest_are_forgotten() {
    decided.add(decision("c-0", Outcome.CREATED, 1L, null));
    for (int i = 0; i <= CommandsDecided.MOST; i++) {
      decided.add(decision("c-" + i, Outcome.CREATED, 1L, new Idempotency("key-" + i, "r")));
    }

    assertThat(decided.of(new Idempotency("key-0", "r"))).isEmpty();
    assertThat(decided.of(new Idempotency("key-1", "r"))).isPresent();
  }

  private static PartnerCommandDecided decision(
      String id, Outcome outcome, long revision, @Nullable Idempotency idempotency) {
    return new PartnerCommandDecided(id, "exchange", outcome, revision, null, idempotency);
  }
}
