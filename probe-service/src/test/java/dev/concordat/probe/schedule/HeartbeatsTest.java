package dev.concordat.probe.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.probe.results.RecentResults.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {

  private static final Instant BEGIN = Instant.parse("2026-03-01T10:00:00Z");
  private static final Plan KEN = plan("sip:ken@litwareinc.com");
  private static final Plan PILAR = plan("sip:pilar@litwareinc.com");

  private final Heartbeats heartbeats = new Heartbeats(Duration.ofMinutes(1));

  @Test
  void a_target_is_overdue_two_intervals_and_a_probe_after_its_last_result() {
    heartbeats.expect(List.of(KEN, PILAR), BEGIN);
    heartbeats.beat(PILAR.target(), BEGIN.plusSeconds(200));
    assertThat(heartbeats.overdue(BEGIN.plusSeconds(660))).isEqualTo(Map.of("exchange", 0L));
    assertThat(heartbeats.overdue(BEGIN.plusSeconds(661))).isEqualTo(Map.of("exchange", 1L));
    heartbeats.beat(KEN.target(), BEGIN.plusSeconds(662));
    assertThat(heartbeats.overdue(BEGIN.plusSeconds(663))).isEqualTo(Map.of("exchange", 0L));
  }

  @Test
  void what_is_expected_no_longer_is_not_overdue_and_the_others_go_on_waiting() {
    heartbeats.expect(List.of(KEN, PILAR), BEGIN);
    heartbeats.expect(List.of(KEN), BEGIN.plusSeconds(600));
    assertThat(heartbeats.overdue(BEGIN.plusSeconds(661))).isEqualTo(Map.of("exchange", 1L));
    heartbeats.expect(List.of(), BEGIN.plusSeconds(700));
    assertThat(heartbeats.overdue(BEGIN.plusSeconds(701))).isEmpty();
  }

  private static Plan plan(String mailbox) {
    return new Plan(
        new Target("exchange", mailbox, ProbeKind.CONVERSATION_HISTORY),
        Duration.ofMinutes(5),
        true);
  }
}
