package dev.concordat.token.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.token.TestKeys;
import dev.concordat.token.keys.SigningConfig.Implementation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFolderTest {

  private static final TestKeys.Pair SOUND = TestKeys.rsa();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"current", "tls"})
  void a_pair_under_either_name_signs(String name) throws UnusableKey {
    SOUND.writeTo(folder, name);

    KeyRing ring = read();

    assertThat(ring.current().id()).isEqualTo(SOUND.certificate().x5t());
    assertThat(ring.published())
        .extracting(KeyRing.Published::phase)
        .containsExactly(Phase.CURRENT);
  }

  @Test
  void the_key_may_be_in_the_traditional_form_too() throws UnusableKey {
    SOUND.writeTo(folder, "current");
    TestKeys.write(folder.resolve("current.key"), TestKeys.traditional(SOUND.privateKey()));

    assertThat(read().current().id()).isEqualTo(SOUND.certificate().x5t());
  }

  @Test
  void a_chain_after_the_certificate_is_left_alone() throws UnusableKey {
    SOUND.writeTo(folder, "tls");
    TestKeys.write(
        folder.resolve("tls.crt"), SOUND.certificate().pem() + TestKeys.rsa().certificate().pem());

    assertThat(read().current().id()).isEqualTo(SOUND.certificate().x5t());
  }

  @Test
  void next_and_previous_are_published_behind_current() throws UnusableKey {
    SOUND.writeTo(folder, "current");
    var next =
        TestKeys.rsa(
            2048, Instant.now().plus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(9)));
    next.writeTo(folder, "next");
    var previous = TestKeys.rsa();
    TestKeys.write(folder.resolve("previous.crt"), previous.certificate().pem());

    assertThat(read().published())
        .extracting(key -> key.phase() + " " + key.certificate().x5t())
        .containsExactly(
            "CURRENT " + SOUND.certificate().x5t(),
            "NEXT " + next.certificate().x5t(),
            "PREVIOUS " + previous.certificate().x5t());
  }

  @Test
  void the_next_key_may_sign_what_is_asked_of_it_and_a_foreign_one_may_not() throws UnusableKey {
    SOUND.writeTo(folder, "current");
    var next = TestKeys.rsa();
    next.writeTo(folder, "next");

    assertThat(read().usable(next.certificate().x5t())).isPresent();
    assertThat(read().usable(SOUND.certificate().x5t())).isPresent();
    assertThat(read().usable(TestKeys.rsa().certificate().x5t())).isEmpty();
  }

  @Test
  void a_missing_folder_is_named() {
    assertThatThrownBy(() -> new KeyFolder(folder.resolve("none"), rs256()).read(Instant.now()))
        .isInstanceOf(UnusableKey.class)
        .hasMessageContaining(folder.resolve("none").toString())
        .hasMessageContaining("no such folder");
  }

  @Test
  void a_missing_certificate_is_named() {
    refuses("current.crt", "there is no such file");
  }

  @Test
  void a_missing_key_is_named() throws IOException {
    SOUND.writeTo(folder, "current");
    Files.delete(folder.resolve("current.key"));

    refuses("current.key", "there is no such file");
  }

  @Test
  void a_key_of_another_certificate_is_refused() {
    SOUND.writeTo(folder, "current");
    TestKeys.write(folder.resolve("current.key"), TestKeys.pkcs8(TestKeys.rsa().privateKey()));

    refuses("current.key", "not the key of the certificate in current.crt");
  }

  @Test
  void a_short_key_is_refused() {
    TestKeys.rsa(1024, Instant.now().minusSeconds(60), Instant.now().plusSeconds(60))
        .writeTo(folder, "current");

    refuses("current.crt", "1024 bits, at least 2048");
  }

  @Test
  void an_elliptic_curve_key_is_refused() {
    TestKeys.ec().writeTo(folder, "current");

    refuses("current.crt", "RSA only");
  }

  @Test
  void an_expired_certificate_is_refused() {
    TestKeys.rsa(2048, Instant.EPOCH, Instant.EPOCH.plusSeconds(60)).writeTo(folder, "current");

    refuses("current.crt", "ended at 1970-01-01T00:01:00Z");
  }

  @Test
  void a_certificate_that_is_not_valid_yet_can_not_be_current() {
    TestKeys.rsa(2048, Instant.now().plusSeconds(3600), Instant.now().plusSeconds(7200))
        .writeTo(folder, "current");

    refuses("current.crt", "not valid before");
  }

  @Test
  void rubbish_is_refused_without_being_quoted() {
    SOUND.writeTo(folder, "current");
    TestKeys.write(folder.resolve("current.key"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n");

    refuses("current.key", "no readable private key");
  }

  @Test
  void an_encrypted_key_is_refused() {
    SOUND.writeTo(folder, "current");
    TestKeys.write(
        folder.resolve("current.key"),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIBAA==\n-----END ENCRYPTED PRIVATE KEY-----\n");

    assertThatThrownBy(this::read)
        .isInstanceOf(UnusableKey.class)
        .hasMessageContaining("current.key");
  }

  @Test
  void a_certificate_file_that_holds_the_key_is_refused() {
    SOUND.writeTo(folder, "current");
    TestKeys.write(folder.resolve("current.crt"), TestKeys.pkcs8(SOUND.privateKey()));

    refuses("current.crt", "private key");
  }

  @Test
  void nothing_of_the_private_key_is_printed() throws UnusableKey {
    SOUND.writeTo(folder, "current");
    KeyRing ring = read();

    assertThat(ring.current().toString()).isEqualTo(SOUND.certificate().x5t());
    assertThat(ring.toString())
        .doesNotContain(
            ((java.security.interfaces.RSAPrivateKey) SOUND.privateKey())
                .getPrivateExponent()
                .toString());
  }

  private void refuses(String file, String reason) {
    assertThatThrownBy(this::read)
        .isInstanceOf(UnusableKey.class)
        .hasMessageContaining(folder.resolve(file).toString())
        .hasMessageContaining(reason);
  }

  private KeyRing read() throws UnusableKey {
    return new KeyFolder(folder, rs256()).read(Instant.now());
  }

  private static Rs256 rs256() {
    return Rs256.choose(Implementation.JDK);
  }
}
