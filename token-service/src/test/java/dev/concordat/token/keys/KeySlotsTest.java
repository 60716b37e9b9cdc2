package dev.concordat.token.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.TestKeys;
import dev.concordat.token.keys.HeldKey.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySlotsTest {

  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final SigningCertificate OLD = certificate(-300, 65);
  private static final SigningCertificate NEW = certificate(-1, 364);
  private static final SigningCertificate OTHER = certificate(-2, 300);

  private final Map<String, SigningKeyPublished> announced = new HashMap<>();

  @Nested
  class The_key_that_signs {

    @Test
    void is_the_current_one_of_the_source_while_nothing_is_announced() {
      assertThat(active(current(OLD), next(NEW))).isEqualTo(OLD.x5t());
    }

    @Test
    void is_the_one_that_the_topic_calls_current_whatever_the_files_are_called() {
      announce(OLD, Phase.PREVIOUS);
      announce(NEW, Phase.CURRENT);

      assertThat(active(current(OLD), next(NEW))).isEqualTo(NEW.x5t());
    }

    @Test
    void is_the_one_before_where_this_replica_has_not_got_the_current_one_yet() {
      announce(OLD, Phase.PREVIOUS);
      announce(NEW, Phase.CURRENT);
      announce(OTHER, Phase.NEXT);

      assertThat(active(current(OLD), next(OTHER))).isEqualTo(OLD.x5t());
    }

    @Test
    void stays_when_the_source_has_replaced_it() {
      announce(OLD, Phase.CURRENT);

      assertThat(active(remembered(OLD), current(NEW))).isEqualTo(OLD.x5t());
    }

    @Test
    void is_what_is_left_when_the_one_that_partners_know_is_lost() {
      announce(OLD, Phase.CURRENT);
      announce(NEW, Phase.NEXT);

      assertThat(active(current(NEW))).isEqualTo(NEW.x5t());
    }

    @Test
    void is_never_a_revoked_one() {
      announce(OLD, Phase.REVOKED);
      announce(NEW, Phase.NEXT);

      assertThat(active(current(OLD), next(NEW))).isEqualTo(NEW.x5t());
      assertThat(slots(NOW, current(OLD)).active()).isEmpty();
    }

    @Test
    void is_no_tainted_one_while_there_is_another() {
      announce(OLD, Phase.CURRENT);
      announced.computeIfPresent(OLD.x5t(), (_, key) -> key.tainted(NOW));
      announce(NEW, Phase.NEXT);

      assertThat(active(current(OLD), next(NEW))).isEqualTo(NEW.x5t());
      assertThat(active(current(OLD))).isEqualTo(OLD.x5t());
    }

    @Test
    void is_no_expired_one_while_there_is_another() {
      announce(OLD, Phase.CURRENT);
      announce(NEW, Phase.NEXT);

      assertThat(activeAt(NOW.plus(Duration.ofDays(66)), current(OLD), next(NEW)))
          .isEqualTo(NEW.x5t());
    }

    @ParameterizedTest
    @ValueSource(longs = {-20_000, -301, -2, 0, 64, 65, 66, 364, 365, 20_000})
    void is_exactly_one_wherever_the_clock_jumps(long days) {
      announce(OLD, Phase.CURRENT);
      announce(NEW, Phase.NEXT);
      announce(OTHER, Phase.PREVIOUS);
      KeySlots slots =
          slots(NOW.plus(Duration.ofDays(days)), current(OLD), next(NEW), remembered(OTHER));

      assertThat(slots.active()).isPresent();
      assertThat(List.of(OLD, NEW, OTHER))
          .filteredOn(key -> slots.state(key.x5t()) == KeyState.ACTIVE)
          .extracting(SigningCertificate::x5t)
          .containsExactly(slots.active().get().id());
    }

    @Test
    void is_the_same_one_on_replicas_that_hold_the_same_in_another_order() {
      announce(OLD, Phase.CURRENT);
      announce(NEW, Phase.CURRENT);

      assertThat(active(current(OLD), next(NEW))).isEqualTo(active(next(NEW), current(OLD)));
    }
  }

  @Nested
  class The_key_that_follows {

    @Test
    void is_the_next_one_of_the_source() {
      announce(OLD, Phase.CURRENT);

      assertThat(successor(current(OLD), next(NEW))).isEqualTo(NEW.x5t());
    }

    @Test
    void is_the_renewed_one_where_the_source_has_replaced_the_one_that_signs() {
      announce(OLD, Phase.CURRENT);

      assertThat(successor(remembered(OLD), current(NEW))).isEqualTo(NEW.x5t());
      assertThat(slots(NOW, remembered(OLD), current(NEW)).renewed()).isTrue();
    }

    @Test
    void is_none_when_a_rollover_is_over_and_the_files_have_not_moved_up() {
      announce(NEW, Phase.CURRENT);

      assertThat(slots(NOW, current(OLD), next(NEW)).successor()).isEmpty();
      assertThat(slots(NOW, current(OLD), next(NEW)).state(OLD.x5t())).isEqualTo(KeyState.PRUNED);
    }

    @Test
    void is_never_one_that_signed_before_or_is_suspected() {
      announce(OLD, Phase.CURRENT);
      announce(NEW, Phase.PREVIOUS);
      assertThat(slots(NOW, current(OLD), next(NEW)).successor()).isEmpty();

      announced.put(NEW.x5t(), record(NEW, Phase.NEXT).tainted(NOW));
      assertThat(slots(NOW, current(OLD), next(NEW)).successor()).isEmpty();

      announce(NEW, Phase.REVOKED);
      assertThat(slots(NOW, current(OLD), next(NEW)).successor()).isEmpty();
    }
  }

  @Nested
  class A_keys_state {

    @Test
    void follows_what_is_announced() {
      announce(OLD, Phase.CURRENT);
      KeySlots slots = slots(NOW, current(OLD), next(NEW));
      assertThat(slots.state(OLD.x5t())).isEqualTo(KeyState.ACTIVE);
      assertThat(slots.state(NEW.x5t())).isEqualTo(KeyState.PREPARED);

      announce(NEW, Phase.NEXT);
      assertThat(slots(NOW, current(OLD), next(NEW)).state(NEW.x5t()))
          .isEqualTo(KeyState.PUBLISHED);

      announce(NEW, Phase.CURRENT);
      announce(OLD, Phase.PREVIOUS);
      assertThat(slots(NOW, current(OLD), next(NEW)).state(OLD.x5t())).isEqualTo(KeyState.RETIRING);

      announced.computeIfPresent(OLD.x5t(), (_, key) -> key.tainted(NOW));
      assertThat(slots(NOW, current(OLD), next(NEW)).state(OLD.x5t())).isEqualTo(KeyState.TAINTED);

      announce(OLD, Phase.REVOKED);
      assertThat(slots(NOW, current(OLD), next(NEW)).state(OLD.x5t())).isEqualTo(KeyState.REVOKED);
    }

    @Test
    void lets_it_sign_a_rehearsal_or_not() {
      announce(OLD, Phase.CURRENT);
      announce(NEW, Phase.NEXT);
      assertThat(slots(NOW, current(OLD), next(NEW)).usable(NEW.x5t())).isTrue();

      announced.computeIfPresent(NEW.x5t(), (_, key) -> key.tainted(NOW));
      assertThat(slots(NOW, current(OLD), next(NEW)).usable(NEW.x5t())).isFalse();

      announce(NEW, Phase.REVOKED);
      assertThat(slots(NOW, current(OLD), next(NEW)).usable(NEW.x5t())).isFalse();
      assertThat(slots(NOW, current(OLD), next(NEW)).usable(OTHER.x5t())).isFalse();
    }
  }

  private void announce(SigningCertificate certificate, Phase phase) {
    announced.put(certificate.x5t(), record(certificate, phase));
  }

  private static SigningKeyPublished record(SigningCertificate certificate, Phase phase) {
    return new SigningKeyPublished(certificate.x5t(), certificate.base64(), phase, NOW, null);
  }

  private String active(HeldKey... held) {
    return activeAt(NOW, held);
  }

  private String activeAt(Instant now, HeldKey... held) {
    return slots(now, held).active().orElseThrow().id();
  }

  private String successor(HeldKey... held) {
    return slots(NOW, held).successor().orElseThrow().id();
  }

  private KeySlots slots(Instant now, HeldKey... held) {
    return new KeySlots(Arrays.asList(held), announced, now);
  }

  private static HeldKey current(SigningCertificate certificate) {
    return new HeldKey(certificate, Place.CURRENT);
  }

  private static HeldKey next(SigningCertificate certificate) {
    return new HeldKey(certificate, Place.NEXT);
  }

  private static HeldKey remembered(SigningCertificate certificate) {
    return new HeldKey(certificate, Place.REMEMBERED);
  }

  private static SigningCertificate certificate(long fromDay, long toDay) {
    return TestKeys.rsa(2048, NOW.plus(Duration.ofDays(fromDay)), NOW.plus(Duration.ofDays(toDay)))
        .certificate();
  }
}
