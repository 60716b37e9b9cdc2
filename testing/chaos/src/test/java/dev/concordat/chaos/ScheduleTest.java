package dev.concordat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.chaos.Schedule.Ground;
import dev.concordat.chaos.Schedule.Planned;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);
  private static final Ground GROUND =
      new Ground(
          Map.of(
              "trust-registry", List.of("trust-registry-0", "trust-registry-1"),
              "token-service", List.of("token-service-0", "token-service-1", "token-service-2")),
          List.of("kafka-1", "kafka-2", "kafka-3"),
          List.of("trust-registry-1", "token-service-2"),
          List.of("a to b", "c to d"));

  @Test
  void a_seed_is_a_schedule_and_another_seed_is_another() {
    assertThat(Schedule.of(7, TWO_MINUTES, GROUND)).isEqualTo(Schedule.of(7, TWO_MINUTES, GROUND));
    assertThat(Schedule.of(7, TWO_MINUTES, GROUND))
        .isNotEqualTo(Schedule.of(8, TWO_MINUTES, GROUND));
  }

  @Test
  void every_kind_of_fault_comes_in_some_schedule() {
    var kinds = new HashSet<Class<?>>();
    for (long seed = 0; seed < 50; seed++) {
      Schedule.of(seed, TWO_MINUTES, GROUND).forEach(it -> kinds.add(it.fault().getClass()));
    }
    assertThat(kinds).containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
  }

  @Test
  void at_any_moment_something_of_each_service_is_spared_and_brokers_go_singly_or_all() {
    for (long seed = 0; seed < 300; seed++) {
      List<Planned> schedule = Schedule.of(seed, TWO_MINUTES, GROUND);
      assertThat(schedule).as("seed %d", seed).hasSizeGreaterThan(3);
      for (Planned moment : schedule) {
        Set<String> away = new HashSet<>();
        int faults = 0;
        for (Planned it : schedule) {
          boolean now =
              !it.lasts().isZero()
                  && it.at().compareTo(moment.at()) <= 0
                  && it.end().compareTo(moment.at()) >= 0;
          if (now) {
            faults++;
            for (String target : Schedule.targets(it.fault(), GROUND)) {
              assertThat(away.add(target)).as("%s twice at once, seed %d", target, seed).isTrue();
            }
          }
        }
        assertThat(faults).isLessThanOrEqualTo(3);
        GROUND
            .services()
            .forEach((_, replicas) -> assertThat(away.containsAll(replicas)).isFalse());
        assertThat(GROUND.brokers().stream().filter(away::contains).count()).isIn(0L, 1L, 3L);
        assertThat(moment.end()).isLessThanOrEqualTo(TWO_MINUTES);
      }
    }
  }
}
