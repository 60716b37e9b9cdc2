package dev.concordat.probe.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.probe.exchange.Ews;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a killed probe left is removed, and nothing else, ever. */
class LeftoverTest {

  private static final Instant LIMIT = Instant.parse("2026-03-01T10:00:00Z");
  private static final String MARKER = "7c1f9d0e-1f6b-4a57-8a55-0f1f6d1f0001";

  @Test
  void an_old_item_of_a_probe_is_a_leftover() {
    assertThat(ConversationHistory.isLeftover(item(MARKER, LIMIT.minusSeconds(1)), LIMIT)).isTrue();
  }

  @Test
  void an_item_that_a_probe_may_still_be_at_is_not() {
    assertThat(ConversationHistory.isLeftover(item(MARKER, LIMIT), LIMIT)).isFalse();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {MARKER + " kept", "somebody else's", "", "7C1F9D0E"})
  void an_item_that_was_to_stay_or_is_not_ours_is_not(String marker) {
    assertThat(ConversationHistory.isLeftover(item(marker, LIMIT.minusSeconds(1)), LIMIT))
        .isFalse();
  }

  @Test
  void an_item_with_our_marker_but_another_class_or_subject_is_not() {
    Instant old = LIMIT.minusSeconds(1);
    assertThat(
            ConversationHistory.isLeftover(
                new Ews.Item("id", Ews.SUBJECT, "IPM.Note", MARKER, old), LIMIT))
        .isFalse();
    assertThat(
            ConversationHistory.isLeftover(
                new Ews.Item("id", "RE: Concordat probe", Ews.ITEM_CLASS, MARKER, old), LIMIT))
        .isFalse();
  }

  @Test
  void an_item_of_unknown_age_is_not() {
    assertThat(ConversationHistory.isLeftover(item(MARKER, null), LIMIT)).isFalse();
  }

  private static Ews.Item item(String marker, Instant created) {
    return new Ews.Item("id", Ews.SUBJECT, Ews.ITEM_CLASS, marker, created);
  }
}
