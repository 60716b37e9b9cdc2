package dev.concordat.probe.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProbesUnderWayTest {

  private final ProbesUnderWay underWay = new ProbesUnderWay();

  @Test
  void whoever_follows_sees_stages_begin_and_end() throws InterruptedException {
    ProbeWatch watch = underWay.watch(request("a", ProbeTrigger.REQUEST));
    watch.began("challenge");
    var first = underWay.beyond("a", 0, Duration.ZERO).orElseThrow();
    assertThat(first.current()).isEqualTo("challenge");
    assertThat(first.stages()).isEmpty();

    watch.ended(new ProbeStage("challenge", ProbeStage.Outcome.PASSED, 12, 401, "fine"));
    var second = underWay.beyond("a", first.version(), Duration.ZERO).orElseThrow();
    assertThat(second.current()).isNull();
    assertThat(second.stages()).extracting(ProbeStage::name).containsExactly("challenge");
    assertThat(underWay.beyond("a", second.version(), Duration.ZERO)).isEmpty();
  }

  @Test
  void whoever_waits_is_woken_by_the_next_change() throws InterruptedException {
    Thread.ofVirtual()
        .start(() -> underWay.watch(request("b", ProbeTrigger.REQUEST)).began("token"));
    assertThat(underWay.beyond("b", 0, Duration.ofMinutes(1)))
        .hasValueSatisfying(it -> assertThat(it.current()).isEqualTo("token"));
  }

  @Test
  void nobody_follows_what_the_schedule_wants_and_old_probes_are_forgotten() {
    assertThat(underWay.watch(request("c", ProbeTrigger.SCHEDULE))).isSameAs(ProbeWatch.NOBODY);
    underWay.watch(request("d", ProbeTrigger.REQUEST));
    for (int i = 0; i < 500; i++) {
      underWay.watch(request("later-" + i, ProbeTrigger.REQUEST));
    }
    assertThat(underWay.of("d")).isEmpty();
    assertThat(underWay.of("later-0")).isPresent();
  }

  private static ProbeRequested request(String id, ProbeTrigger trigger) {
    return new ProbeRequested(
        id,
        "exchange",
        "sip:kenmyer@litwareinc.com",
        ProbeKind.CONVERSATION_HISTORY,
        true,
        trigger,
        "a test",
        Instant.EPOCH);
  }
}
