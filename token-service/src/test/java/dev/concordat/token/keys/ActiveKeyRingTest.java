package dev.concordat.token.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.token.keys.KeyRings.Settings;
import dev.concordat.token.keys.SigningConfig.Implementation;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActiveKeyRingTest {

  @Test
  void without_any_key_the_service_does_not_start_and_says_what_to_set() {
    assertThatThrownBy(() -> start(Optional.empty(), false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("concordat.signing.folder")
        .hasMessageContaining("concordat.signing.development-key");
  }

  @Test
  void a_development_key_is_made_when_asked_for_and_only_then() {
    KeyRing ring = start(Optional.empty(), true).ring();

    assertThat(ring.current().certificate().notAfter())
        .isBefore(Instant.now().plus(Duration.ofDays(31)));
    assertThat(ring.current().certificate().subject()).contains("development");
  }

  @Test
  void a_development_key_never_stands_beside_a_folder(@TempDir Path folder) {
    assertThatThrownBy(() -> start(Optional.of(folder), true))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("set one of the two");
  }

  @Test
  void an_unusable_folder_is_named(@TempDir Path folder) {
    assertThatThrownBy(() -> start(Optional.of(folder), false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(folder.resolve("current.crt").toString())
        .hasNoCause();
  }

  private static ActiveKeyRing start(Optional<Path> folder, boolean developmentKey) {
    return new ActiveKeyRing(
        new Settings(folder, developmentKey, Implementation.AUTO), InstantSource.system());
  }
}
