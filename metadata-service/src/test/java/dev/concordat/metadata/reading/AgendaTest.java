package dev.concordat.metadata.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.metadata.reading.Agenda.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AgendaTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private final AtomicReference<Instant> clock = new AtomicReference<>(NOW);
  private final Agenda agenda = new Agenda(clock::get);

  @Test
  void what_was_asked_for_stays_when_a_reading_that_began_before_plans_the_next() throws Exception {
    agenda.request("exchange", NOW.plusSeconds(30));
    agenda.plan("exchange", NOW.plus(Duration.ofHours(1)));

    clock.set(NOW.plusSeconds(31));

    assertThat(next()).isEqualTo("exchange REQUEST at 30 s");
    assertThat(agenda.scheduledAt("exchange")).contains(NOW.plus(Duration.ofHours(1)));
  }

  @Test
  void what_was_asked_for_is_done_here_though_the_partner_is_somebody_elses_share_by_now()
      throws Exception {
    agenda.plan("exchange", NOW.plusSeconds(10));
    agenda.request("exchange", NOW.plusSeconds(30));

    agenda.keepSchedules(_ -> false);
    clock.set(NOW.plusSeconds(31));

    assertThat(next()).isEqualTo("exchange REQUEST at 30 s");
    assertThat(agenda.scheduledAt("exchange")).isEmpty();
  }

  @Test
  void of_several_requests_the_earliest_holds_and_of_several_schedules_the_last() throws Exception {
    agenda.request("exchange", NOW.plusSeconds(30));
    agenda.request("exchange", NOW.plusSeconds(40));
    agenda.request("exchange", NOW.plusSeconds(20));
    agenda.plan("exchange", NOW.plusSeconds(5));
    agenda.plan("exchange", NOW.plusSeconds(50));

    clock.set(NOW.plusSeconds(60));

    assertThat(next()).isEqualTo("exchange REQUEST at 20 s");
    assertThat(next()).isEqualTo("exchange SCHEDULE at 50 s");
    agenda.plan("skype", NOW.plusSeconds(60));
    assertThat(next()).isEqualTo("skype SCHEDULE at 60 s");
  }

  @Test
  void a_partner_that_has_gone_is_due_no_more() throws Exception {
    agenda.plan("exchange", NOW.plusSeconds(1));
    agenda.request("exchange", NOW.plusSeconds(2));
    agenda.cancel("exchange");
    agenda.plan("skype", NOW.plusSeconds(3));

    clock.set(NOW.plusSeconds(3));

    assertThat(next()).isEqualTo("skype SCHEDULE at 3 s");
    assertThat(agenda.size()).isZero();
  }

  private String next() throws InterruptedException {
    Due due = agenda.take();
    return "%s %s at %d s"
        .formatted(due.name(), due.cause(), Duration.between(NOW, due.at()).toSeconds());
  }
}
