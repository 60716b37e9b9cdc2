package dev.concordat.token.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.token.TestKeys;
import dev.concordat.token.keys.KeyRings.Settings;
import dev.concordat.token.keys.SigningConfig.Implementation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActiveKeyRingTest {

  private static final TestKeys.Pair CURRENT = TestKeys.lasting(Duration.ofDays(30));
  private static final TestKeys.Pair NEXT = TestKeys.rsa();

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
        .hasMessageContaining("Set one of them");
  }

  @Test
  void an_unusable_folder_is_named(@TempDir Path folder) {
    assertThatThrownBy(() -> start(Optional.of(folder), false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(folder.resolve("current.crt").toString())
        .hasNoCause();
  }

  @Test
  void a_next_key_that_is_copied_in_is_picked_up(@TempDir Path folder) {
    CURRENT.writeTo(folder, "current");
    ActiveKeyRing keys = start(Optional.of(folder), false);
    NEXT.writeTo(folder, "next");

    keys.look();

    assertThat(keys.ring().current().id()).isEqualTo(CURRENT.certificate().x5t());
    assertThat(keys.ring().usable(NEXT.certificate().x5t())).isPresent();
    assertThat(keys.ring().published())
        .extracting(key -> key.phase() + " " + key.certificate().x5t())
        .containsExactly(
            "CURRENT " + CURRENT.certificate().x5t(), "NEXT " + NEXT.certificate().x5t());
  }

  @Test
  void a_broken_file_leaves_the_ring_as_it_was_and_is_named_until_it_is_mended(
      @TempDir Path folder) {
    CURRENT.writeTo(folder, "current");
    ActiveKeyRing keys = start(Optional.of(folder), false);
    var metrics = new SimpleMeterRegistry();
    var _ = new KeyMetrics(keys, InstantSource.system(), metrics);
    TestKeys.write(folder.resolve("current.key"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n");

    keys.look();

    assertThat(keys.ring().current().id()).isEqualTo(CURRENT.certificate().x5t());
    assertThat(keys.fault()).get().asString().contains("current.key").doesNotContain("c2VjcmV0");

    assertThat(metrics.get("concordat.signing.source.fault").gauge().value()).isEqualTo(1);
    assertThat(
            metrics.get("concordat.signing.key.days.left").tag("state", "active").gauge().value())
        .isBetween(29.0, 30.0);
    assertThat(metrics.get("concordat.signing.key.age.days").gauge().value()).isBetween(1.0, 1.1);

    CURRENT.writeTo(folder, "current");
    keys.look();
    assertThat(keys.fault()).isEmpty();
    assertThat(metrics.get("concordat.signing.source.fault").gauge().value()).isZero();
  }

  @Test
  void a_secret_that_kubernetes_swaps_is_followed_and_the_key_that_partners_know_goes_on_signing(
      @TempDir Path mount) throws Exception {
    mounted(mount, "..2026_01", CURRENT);
    for (String file : List.of("tls.crt", "tls.key")) {
      Files.createSymbolicLink(mount.resolve(file), Path.of("..data", file));
    }
    ActiveKeyRing keys = start(Optional.of(mount), false);
    keys.heed(Map.of(CURRENT.certificate().x5t(), said(CURRENT, Phase.CURRENT)));

    mounted(mount, "..2026_02", NEXT);
    keys.look();

    assertThat(keys.ring().current().id()).isEqualTo(CURRENT.certificate().x5t());
    assertThat(keys.slots().successor().orElseThrow().id()).isEqualTo(NEXT.certificate().x5t());

    keys.heed(
        Map.of(
            CURRENT.certificate().x5t(),
            said(CURRENT, Phase.PREVIOUS),
            NEXT.certificate().x5t(),
            said(NEXT, Phase.CURRENT)));
    assertThat(keys.ring().current().id()).isEqualTo(NEXT.certificate().x5t());

    keys.heed(Map.of(NEXT.certificate().x5t(), said(NEXT, Phase.CURRENT)));
    keys.look();
    assertThat(keys.held()).extracting(HeldKey::id).containsExactly(NEXT.certificate().x5t());
  }

  @Test
  void a_key_that_is_revoked_signs_nothing_from_that_moment_on(@TempDir Path folder) {
    CURRENT.writeTo(folder, "current");
    NEXT.writeTo(folder, "next");
    ActiveKeyRing keys = start(Optional.of(folder), false);

    keys.heed(Map.of(CURRENT.certificate().x5t(), said(CURRENT, Phase.REVOKED)));

    assertThat(keys.ring().current().id()).isEqualTo(NEXT.certificate().x5t());
    assertThat(keys.ring().usable(CURRENT.certificate().x5t())).isEmpty();
    assertThat(keys.ring().published())
        .extracting(key -> key.certificate().x5t())
        .doesNotContain(CURRENT.certificate().x5t());
  }

  @Test
  void where_every_key_is_revoked_nothing_is_signed(@TempDir Path folder) {
    CURRENT.writeTo(folder, "current");
    ActiveKeyRing keys = start(Optional.of(folder), false);

    keys.heed(Map.of(CURRENT.certificate().x5t(), said(CURRENT, Phase.REVOKED)));

    assertThatThrownBy(keys::ring).isInstanceOf(NoSigningKey.class);
  }

  @Test
  void a_made_key_takes_the_place_of_the_next_and_the_files_move_up_after_a_rollover(
      @TempDir Path folder) throws Exception {
    CURRENT.writeTo(folder, "current");
    ActiveKeyRing keys = start(Optional.of(folder), false);

    assertThat(keys.makeNext()).isTrue();
    String made = keys.slots().successor().orElseThrow().id();
    keys.heed(
        Map.of(
            made,
            new SigningKeyPublished(
                made,
                keys.slots().successor().orElseThrow().certificate().base64(),
                Phase.CURRENT,
                Instant.now(),
                null)));

    assertThat(keys.makeNext()).isTrue();
    assertThat(keys.ring().current().id()).isEqualTo(made);
    assertThat(keys.slots().active().orElseThrow().place()).isEqualTo(HeldKey.Place.CURRENT);
    assertThat(keys.previous()).contains(CURRENT.certificate());
    assertThat(keys.slots().successor()).isPresent();
  }

  private static void mounted(Path mount, String version, TestKeys.Pair pair) throws IOException {
    Path data = Files.createDirectory(mount.resolve(version));
    pair.writeTo(data, "tls");
    Path link = mount.resolve("..data_tmp");
    Files.createSymbolicLink(link, Path.of(version));
    Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static SigningKeyPublished said(TestKeys.Pair pair, Phase phase) {
    return new SigningKeyPublished(
        pair.certificate().x5t(), pair.certificate().base64(), phase, Instant.now(), null);
  }

  private static ActiveKeyRing start(Optional<Path> folder, boolean developmentKey) {
    return new ActiveKeyRing(
        new Settings(folder, developmentKey, Implementation.AUTO), InstantSource.system());
  }
}
