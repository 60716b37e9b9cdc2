package dev.concordat.registry.gitops;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitOpsTest {

  private record Settings(
      Optional<Path> folder, String source, Duration interval, boolean allowEmpty)
      implements DeclarationSettings {}

  private static Settings settings(String folder, String source, String interval) {
    return new Settings(
        Optional.ofNullable(folder).map(Path::of), source, Duration.parse(interval), false);
  }

  @Test
  void good_settings_and_none_are_taken() {
    assertThatCode(() -> GitOps.check(settings(null, "gitops", "PT10S")))
        .doesNotThrowAnyException();
    assertThatCode(() -> GitOps.check(settings("/etc/concordat", "prod-1.eu_west", "PT0.1S")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "/x, a/b, PT10S, concordat.registry.declarations.source is 'a/b'",
    "/x, -a, PT10S, concordat.registry.declarations.source is '-a'",
    "/x, a, PT0S, concordat.registry.declarations.interval is 'PT0S'",
    "/x, a, PT2H, concordat.registry.declarations.interval is 'PT2H'",
    "x, a, PT10S, concordat.registry.declarations.folder is 'x'"
  })
  void others_are_refused_with_key_and_value(
      String folder, String source, String interval, String message) {
    assertThatThrownBy(() -> GitOps.check(settings(folder, source, interval)))
        .hasMessageContaining(message)
        .hasMessageContaining("must be");
  }
}
