package dev.concordat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.chaos.Chaos.Asked;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form: what must hold holds through a minute of faults. */
@Tag("chaos")
class ChaosIT {

  @Test
  void what_must_hold_holds_through_a_minute_of_faults(@TempDir Path folder) throws Exception {
    var said = new ArrayList<String>();

    assertThat(Chaos.run(new Asked(Duration.ofMinutes(1), 1, 2), folder, said::add))
        .as(() -> String.join("\n", said))
        .isTrue();
  }
}
