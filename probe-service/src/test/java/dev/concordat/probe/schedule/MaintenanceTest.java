package dev.concordat.probe.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaintenanceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          22:00-04:00 | 2026-03-01T22:00:00Z | true
          22:00-04:00 | 2026-03-02T03:59:59Z | true
          22:00-04:00 | 2026-03-02T04:00:00Z | false
          SAT,SUN 22:00-04:00 | 2026-03-01T23:00:00Z | true
          SAT,SUN 22:00-04:00 | 2026-03-02T03:00:00Z | true
          SAT,SUN 22:00-04:00 | 2026-03-03T03:00:00Z | false
          MON-FRI 09:00-10:00 Europe/Berlin | 2026-03-02T08:30:00Z | true
          MON-FRI 09:00-10:00 Europe/Berlin | 2026-03-02T09:30:00Z | false
          FRI-MON 09:00-10:00 | 2026-03-01T09:00:00Z | true
          FRI-MON 09:00-10:00 | 2026-03-03T09:00:00Z | false
          2026-12-01T22:00Z/PT4H | 2026-12-02T01:59:59Z | true
          2026-12-01T22:00+01:00/PT4H | 2026-12-02T01:30:00Z | false
          """)
  void a_window_is_weekly_or_once(String window, Instant moment, boolean inside) {
    assertThat(MaintenanceWindow.parse(window).contains(moment)).isEqualTo(inside);
  }

  @Test
  void a_window_is_a_partners_or_everybodys() {
    var maintenance =
        Maintenance.of(
            Map.of(
                "exchange", List.of("MON 01:00-02:00", "TUE 01:00-02:00"),
                "*", List.of("SUN 01:00-02:00")));
    Instant tuesday = Instant.parse("2026-03-03T01:30:00Z");
    assertThat(maintenance.isNow("exchange", tuesday)).isTrue();
    assertThat(maintenance.isNow("another", tuesday)).isFalse();
    assertThat(maintenance.isNow("another", Instant.parse("2026-03-01T01:30:00Z"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "at night", "22-04", "XXX 22:00-04:00", "25:00-04:00", "22:00-04:00 Nowhere"})
  void what_is_none_is_refused_with_key_value_and_what_is_allowed(String text) {
    assertThatThrownBy(() -> Maintenance.of(Map.of("exchange", List.of(text))))
        .hasMessageContaining("concordat.probe.maintenance.\"exchange\" is '" + text + "'")
        .hasMessageContaining("SAT,SUN 22:00-04:00 Europe/Berlin");
  }
}
