package dev.concordat.token.rollover;

import static dev.concordat.token.rollover.World.NEW;
import static dev.concordat.token.rollover.World.NEWER;
import static dev.concordat.token.rollover.World.OLD;
import static dev.concordat.token.rollover.World.current;
import static dev.concordat.token.rollover.World.next;
import static dev.concordat.token.rollover.World.remembered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.token.Registrations;
import dev.concordat.token.rollover.PartnerStanding.Evidence;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolloverRulesTest {

  private final World world = new World();

  /** The old key signs, the new one is published. */
  private void published() {
    world.holds(current(OLD), next(NEW));
    world.settle();
    assertThat(world.phase(OLD)).isEqualTo(Phase.CURRENT);
    assertThat(world.phase(NEW)).isEqualTo(Phase.NEXT);
  }

  private void signs(boolean changed) {
    assertThat(world.phase(NEW)).isEqualTo(changed ? Phase.CURRENT : Phase.NEXT);
    assertThat(world.phase(OLD)).isEqualTo(changed ? Phase.PREVIOUS : Phase.CURRENT);
  }

  @Nested
  class Announcing {

    @Test
    void the_first_key_is_current_and_the_second_is_next() {
      published();
    }

    @Test
    void what_the_topic_says_already_is_not_said_again() {
      published();

      assertThat(RolloverRules.due(world.situation())).isEmpty();
    }

    @Test
    void a_previous_certificate_of_the_source_is_published_while_it_is_there() {
      world.holds(current(NEW));
      world.previous = OLD;
      world.settle();
      assertThat(world.phase(OLD)).isEqualTo(Phase.PREVIOUS);

      world.passes(Duration.ofDays(3));
      assertThat(world.announced).containsKey(OLD.x5t());

      world.previous = null;
      world.settle();
      assertThat(world.announced).doesNotContainKey(OLD.x5t());
    }

    @Test
    void a_key_that_nobody_holds_any_more_gives_way_to_the_one_that_is_there() {
      published();
      world.holds(current(NEW));
      world.settle();

      signs(true);
    }

    @Test
    void a_replica_that_has_not_got_the_new_key_yet_takes_nothing_back() {
      published();
      world.rollOver();
      signs(true);

      world.holds(current(OLD));
      world.settle();

      signs(true);
    }

    @Test
    void a_next_key_that_is_taken_away_is_withdrawn_once_every_replica_can_have_noticed() {
      published();
      world.holds(current(OLD));
      world.settle();
      assertThat(world.announced).containsKey(NEW.x5t());

      world.passes(Duration.ofMinutes(5));

      assertThat(world.announced).doesNotContainKey(NEW.x5t());
    }

    @Test
    void where_two_are_called_current_one_of_them_ends() {
      published();
      world.announced.put(
          NEW.x5t(), world.announced.get(NEW.x5t()).in(Phase.CURRENT, world.now.plusSeconds(1)));
      world.settle();

      signs(true);
    }

    @Test
    void where_none_is_called_current_the_one_that_was_last_is_again() {
      published();
      world.announced.put(OLD.x5t(), world.announced.get(OLD.x5t()).in(Phase.PREVIOUS, world.now));
      world.settle();

      signs(false);
    }
  }

  @Nested
  class Rolling_over {

    @Test
    void nothing_happens_until_somebody_wants_it() {
      world.exchange("exchange");
      published();

      world.passes(Duration.ofDays(10));

      signs(false);
      assertThat(world.asked).isEmpty();
    }

    @Test
    void without_a_partner_the_key_signs_at_once() {
      published();
      world.rollOver();

      signs(true);
    }

    @Test
    void it_is_rehearsed_at_each_partner_and_signs_when_all_have_passed() {
      world.exchange("a");
      world.exchange("b");
      published();
      world.rollOver();
      assertThat(world.asked).containsExactlyInAnyOrder("a", "b");

      world.rehearsed("a", NEW, true);
      signs(false);

      world.rehearsed("b", NEW, true);
      signs(true);
    }

    @Test
    void a_rehearsal_that_passed_is_on_the_topic_for_whoever_goes_on() {
      world.exchange("a");
      world.exchange("b");
      published();
      world.rollOver();
      world.rehearsed("a", NEW, true);

      world.rehearsals.clear();
      world.asked.clear();
      world.settle();
      assertThat(world.asked).containsExactly("b");

      world.rehearsed("b", NEW, true);
      signs(true);
    }

    @Test
    void a_rehearsal_that_the_old_key_signed_proves_nothing() {
      world.exchange("exchange");
      published();
      world.rollOver();

      world.rehearsed("exchange", OLD, true);

      signs(false);
    }

    @Test
    void one_that_failed_is_repeated_when_the_partner_has_read_our_document() {
      world.exchange("exchange");
      published();
      world.rollOver();
      world.rehearsed("exchange", NEW, false);
      world.passes(Duration.ofMinutes(1));
      assertThat(world.asked).hasSize(1);

      world.read("exchange", OLD);
      assertThat(world.asked).hasSize(1);
      world.read("exchange", OLD, NEW);
      assertThat(world.asked).hasSize(2);
    }

    @Test
    void one_that_failed_is_repeated_after_a_quarter_of_an_hour_and_when_somebody_asks() {
      world.exchange("exchange");
      published();
      world.rollOver();
      world.rehearsed("exchange", NEW, false);

      world.passes(Duration.ofMinutes(14));
      assertThat(world.asked).hasSize(1);
      world.passes(Duration.ofMinutes(1));
      assertThat(world.asked).hasSize(2);

      world.passes(Duration.ofSeconds(1));
      world.rollOver();
      assertThat(world.asked).hasSize(3);
    }

    @Test
    void one_that_nobody_answers_is_repeated_too() {
      world.exchange("exchange");
      published();
      world.rollOver();

      world.passes(Duration.ofMinutes(15));

      assertThat(world.asked).hasSize(2);
    }

    @Test
    void a_partner_without_a_mailbox_is_waited_for_until_it_has_read_the_key() {
      world.sharepoint("sharepoint");
      published();
      world.rollOver();
      assertThat(world.asked).isEmpty();
      world.read("sharepoint", OLD);
      signs(false);

      world.read("sharepoint", OLD, NEW);

      signs(true);
    }

    @Test
    void a_partner_with_a_mailbox_that_has_only_read_is_waited_for() {
      world.exchange("exchange");
      published();
      world.rollOver();

      world.read("exchange", OLD, NEW);

      signs(false);
    }

    @Test
    void who_is_named_is_not_waited_for() {
      world.exchange("exchange");
      world.sharepoint("sharepoint");
      published();
      world.rollOver("sharepoint");
      signs(false);

      world.rehearsed("exchange", NEW, true);

      signs(true);
    }

    @Test
    void everybody_can_be_forced() {
      world.exchange("exchange");
      world.sharepoint("sharepoint");
      published();

      world.rollOver("*");

      signs(true);
    }

    @Test
    void disabled_partners_and_workloads_of_ours_are_not_asked() {
      PartnerRegistered off = world.exchange("off");
      world.register(Registrations.disabled(off), off.probe());
      world.register(
          Registrations.workload("probe-service", Registrations.serviceAccount("system:sa:probe")),
          null);
      published();

      world.rollOver();

      signs(true);
    }

    @Test
    void a_partner_that_is_registered_meanwhile_is_waited_for_too() {
      world.exchange("a");
      published();
      world.rollOver();
      world.exchange("b");

      world.rehearsed("a", NEW, true);

      signs(false);
      assertThat(world.asked).contains("b");
    }

    @Test
    void an_aborted_one_goes_on_when_somebody_wants_it_again_and_only_then() {
      world.automatic = true;
      world.exchange("exchange");
      published();
      world.rollOver();
      world.aborted();

      world.rehearsed("exchange", NEW, true);
      world.passes(Duration.ofDays(1));
      signs(false);

      world.rollOver();
      signs(true);
    }

    @Test
    void a_date_is_waited_for_although_everybody_has_accepted() {
      world.nextNotBefore = World.BEGIN.plus(Duration.ofDays(2));
      world.exchange("exchange");
      published();
      world.rehearsed("exchange", NEW, true);
      signs(false);

      world.passes(Duration.ofDays(2).minusSeconds(1));
      signs(false);
      world.passes(Duration.ofSeconds(1));
      signs(true);
    }

    @Test
    void the_previous_key_stays_published_until_its_last_token_has_expired() {
      published();
      world.rollOver();

      world.passes(Duration.ofHours(32).minusSeconds(1));
      assertThat(world.announced).containsKey(OLD.x5t());
      world.passes(Duration.ofSeconds(1));
      assertThat(world.announced).doesNotContainKey(OLD.x5t());

      world.passes(Duration.ofDays(30));
      assertThat(world.announced).containsOnlyKeys(NEW.x5t());
    }
  }

  @Nested
  class By_itself {

    @Test
    void it_begins_when_the_certificate_nears_its_end_if_so_configured() {
      world.automatic = true;
      world.exchange("exchange");
      published();
      world.passes(Duration.ofDays(55));
      assertThat(world.asked).isEmpty();

      world.passes(Duration.ofDays(1));
      assertThat(world.asked).isNotEmpty();
      world.rehearsed("exchange", NEW, true);
      signs(true);
    }

    @Test
    void it_begins_when_a_secret_was_renewed_if_so_configured() {
      world.automatic = true;
      world.exchange("exchange");
      world.holds(current(OLD));
      world.settle();

      world.holds(remembered(OLD), current(NEW));
      world.settle();
      assertThat(world.asked).containsExactly("exchange");
      signs(false);

      world.rehearsed("exchange", NEW, true);
      signs(true);
    }

    @Test
    void a_secret_renewed_again_in_the_middle_begins_it_again() {
      world.automatic = true;
      world.exchange("exchange");
      world.holds(current(OLD));
      world.settle();
      world.holds(remembered(OLD), current(NEW));
      world.settle();

      world.holds(remembered(OLD), current(NEWER));
      world.settle();
      world.rehearsals.clear();
      world.rehearsed("exchange", NEWER, true);

      assertThat(world.phase(NEWER)).isEqualTo(Phase.CURRENT);
      world.passes(Duration.ofMinutes(5));
      assertThat(world.announced).doesNotContainKey(NEW.x5t());
    }

    @Test
    void a_renewed_secret_waits_where_it_is_not_configured() {
      world.holds(current(OLD));
      world.settle();
      world.holds(remembered(OLD), current(NEW));

      world.passes(Duration.ofDays(3));

      signs(false);
    }

    @Test
    void when_the_certificate_has_ended_the_next_key_signs_whoever_has_not_accepted_it() {
      world.exchange("exchange");
      published();

      world.passes(Duration.ofDays(66));

      assertThat(world.phase(NEW)).isEqualTo(Phase.CURRENT);
    }
  }

  @Nested
  class In_an_emergency {

    @Test
    void a_tainted_key_signs_no_more_and_stays_published() {
      world.exchange("exchange");
      published();
      world.announced.computeIfPresent(OLD.x5t(), (_, key) -> key.tainted(world.now));
      world.settle();

      signs(true);
      assertThat(world.announced.get(OLD.x5t()).taintedAt()).isNotNull();
    }

    @Test
    void a_revoked_key_gives_way_at_once_and_never_comes_back() {
      world.exchange("exchange");
      published();
      world.announced.computeIfPresent(OLD.x5t(), (_, key) -> key.in(Phase.REVOKED, world.now));
      world.settle();
      assertThat(world.phase(NEW)).isEqualTo(Phase.CURRENT);

      world.passes(Duration.ofDays(400));

      assertThat(world.phase(OLD)).isEqualTo(Phase.REVOKED);
    }
  }

  @Nested
  class Clocks {

    @ParameterizedTest
    @ValueSource(longs = {-20_000, -400, -1, 1, 60, 66, 370, 20_000})
    void wherever_they_jump_exactly_one_key_is_current_and_nothing_circles(long days) {
      world.automatic = true;
      world.exchange("exchange");
      published();
      world.rollOver();

      world.passes(Duration.ofDays(days));
      world.passes(Duration.ofDays(-days));

      assertThat(world.announced.values())
          .filteredOn(key -> key.phase() == Phase.CURRENT)
          .hasSize(1);
    }

    @Test
    void a_clock_that_goes_back_prunes_nothing_and_takes_nothing_back() {
      published();
      world.rollOver();

      world.passes(Duration.ofHours(-12));

      signs(true);
    }
  }

  @Nested
  class What_an_admin_sees {

    @Test
    void who_has_not_accepted_and_why_and_what_to_run_there() {
      world.exchange("exchange");
      world.sharepoint("sharepoint");
      published();
      world.rollOver();
      world.rehearsed("exchange", NEW, false);

      var report = RolloverReport.of(world.situation());

      assertThat(report.state()).isEqualTo(RolloverReport.State.WAITING);
      PartnerStanding exchange = report.partners().get(0);
      assertThat(exchange.accepted()).isFalse();
      assertThat(exchange.why())
          .contains("failed")
          .contains("It holds an old key of ours.")
          .contains("not seen reading our document");
      assertThat(exchange.remedies())
          .singleElement()
          .satisfies(
              remedy ->
                  assertThat(remedy.command())
                      .contains("-RefreshAuthMetadata")
                      .contains("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001"));
      assertThat(report.partners().get(1).remedies())
          .singleElement()
          .satisfies(remedy -> assertThat(remedy.command()).contains("RefreshMetadataFeed"));
    }

    @Test
    void that_a_probe_is_on_its_way_and_that_none_answered() {
      world.exchange("exchange");
      published();
      world.rollOver();
      assertThat(standing().pending()).isTrue();

      world.now = world.now.plus(Duration.ofMinutes(3));

      assertThat(standing().pending()).isFalse();
      assertThat(standing().why()).contains("Does the probe-service run?");
    }

    @Test
    void that_a_probe_which_passed_is_no_failure_while_it_is_being_noted() {
      world.exchange("exchange");
      published();
      world.rollOver();

      world.probed("exchange", NEW, true);

      assertThat(standing().pending()).isTrue();
      assertThat(standing().why()).contains("passed");
    }

    @Test
    void how_each_proved_it() {
      world.exchange("exchange");
      world.sharepoint("read");
      world.sharepoint("silent");
      published();
      world.rollOver();
      world.rehearsed("exchange", NEW, true);
      world.read("read", NEW);
      SigningKeyPublished next = world.situation().next().orElseThrow();

      assertThat(world.situation().standings(next))
          .extracting(PartnerStanding::evidence)
          .containsExactly(Evidence.REHEARSAL, Evidence.DOCUMENT_READ, null);
    }

    @Test
    void that_a_next_key_should_be_there_by_now() {
      world.holds(current(OLD));
      world.settle();
      assertThat(missing()).isFalse();

      world.passes(Duration.ofDays(35));
      assertThat(missing()).isTrue();

      world.holds(current(OLD), next(NEW));
      assertThat(missing()).isFalse();
    }

    private boolean missing() {
      return RolloverReport.of(world.situation()).nextIsMissing(world.now);
    }

    @Test
    void that_it_is_done_and_until_when_the_old_key_stays() {
      published();
      world.rollOver();

      var report = RolloverReport.of(world.situation());

      assertThat(report.state()).isEqualTo(RolloverReport.State.DONE);
      assertThat(report.startedBy()).isEqualTo("ann");
      assertThat(report.retiring())
          .containsExactly(
              new RolloverReport.Retiring(OLD.x5t(), world.now.plus(Duration.ofHours(32))));
    }

    private PartnerStanding standing() {
      return RolloverReport.of(world.situation()).partners().getFirst();
    }
  }
}
