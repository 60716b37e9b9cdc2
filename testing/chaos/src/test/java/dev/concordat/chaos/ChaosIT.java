package dev.concordat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.chaos.Chaos.Asked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form: what must hold holds through half a minute of faults. Which, and how long, can be
 * told by properties.
 */
@Tag("chaos")
class ChaosIT {

  private static final String DURATION = System.getProperty("concordat.chaos.duration", "30s");
  private static final String SEED = System.getProperty("concordat.chaos.seed", "951");

  @Test
  void what_must_hold_holds_through_faults(@TempDir Path folder) throws Exception {
    var said = new ArrayList<String>();
    Asked asked = Asked.of(List.of("--duration", DURATION, "--seed", SEED, "--replicas", "2"));
    assertThat(asked).isNotNull();

    assertThat(Chaos.run(asked, folder, said::add)).as(() -> String.join("\n", said)).isTrue();
  }
}
