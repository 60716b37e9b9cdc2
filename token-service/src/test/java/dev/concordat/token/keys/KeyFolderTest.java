package dev.concordat.token.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    OfferedKeys offered = read();

    assertThat(offered.current().id()).isEqualTo(SOUND.certificate().x5t());
    assertThat(offered.next()).isNull();
    assertThat(offered.previous()).isNull();
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
  void next_and_previous_are_read_too() throws UnusableKey {
    SOUND.writeTo(folder, "current");
    var next =
        TestKeys.rsa(
            2048, Instant.now().plus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(9)));
    next.writeTo(folder, "next");
    TestKeys.write(folder.resolve("next.effective"), "2026-12-01T06:00:00Z\n");
    var previous = TestKeys.rsa();
    TestKeys.write(folder.resolve("previous.crt"), previous.certificate().pem());

    OfferedKeys offered = read();

    assertThat(offered.next()).hasToString(next.certificate().x5t());
    assertThat(offered.nextNotBefore()).isEqualTo("2026-12-01T06:00:00Z");
    assertThat(offered.previous()).isEqualTo(previous.certificate());
  }

  @Test
  void an_effective_date_that_is_none_is_refused() {
    SOUND.writeTo(folder, "current");
    TestKeys.rsa().writeTo(folder, "next");
    TestKeys.write(folder.resolve("next.effective"), "tomorrow");

    refuses("next.effective", "no instant such as");
  }

  @ParameterizedTest
  @ValueSource(strings = {"current.p12", "current.pfx", "keystore.p12"})
  void a_pkcs12_file_holds_both(String name) throws Exception {
    TestKeys.writePkcs12(folder.resolve(name), SOUND, "changeit");

    assertThat(read().current().id()).isEqualTo(SOUND.certificate().x5t());
  }

  @Test
  void a_pkcs12_file_that_the_pass_phrase_does_not_open_is_refused() throws Exception {
    TestKeys.writePkcs12(folder.resolve("current.p12"), SOUND, "another");

    refuses("current.p12", "the pass phrase does not open it");
  }

  @Test
  void what_is_no_pkcs12_file_is_refused() {
    TestKeys.write(folder.resolve("current.p12"), "rubbish");

    refuses("current.p12", "no PKCS#12 file");
  }

  @Test
  void an_expired_current_key_is_let_pass_where_the_next_one_can_sign() throws UnusableKey {
    TestKeys.rsa(2048, Instant.EPOCH, Instant.EPOCH.plusSeconds(60)).writeTo(folder, "current");
    SOUND.writeTo(folder, "next");

    assertThat(read().next()).hasToString(SOUND.certificate().x5t());
  }

  @Test
  void a_missing_folder_is_named() {
    assertThatThrownBy(() -> source(folder.resolve("none")).read(Instant.now()))
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIBAA==\n-----END ENCRYPTED PRIVATE KEY-----\n",
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-256-CBC,0102030405060708090A0B0C0D0E0F10

        MIIBAA==
        -----END RSA PRIVATE KEY-----
        """
      })
  void an_encrypted_key_is_refused_in_either_form(String key) {
    SOUND.writeTo(folder, "current");
    TestKeys.write(folder.resolve("current.key"), key);

    refuses("current.key", "encrypted with a pass phrase");
  }

  @Test
  void a_key_of_another_algorithm_is_refused_in_either_form() {
    SOUND.writeTo(folder, "current");
    TestKeys.write(folder.resolve("current.key"), TestKeys.pkcs8(TestKeys.ec().privateKey()));
    refuses("current.key", "expected RSA");

    TestKeys.write(folder.resolve("current.key"), TestKeys.traditional(TestKeys.ec().privateKey()));
    refuses("current.key", "expected RSA");
  }

  @Test
  void what_stands_before_the_key_is_left_alone() throws UnusableKey {
    SOUND.writeTo(folder, "current");
    TestKeys.write(
        folder.resolve("current.key"),
        "Bag Attributes\n    friendlyName: s2s\n"
            + SOUND.certificate().pem()
            + TestKeys.pkcs8(SOUND.privateKey()));

    assertThat(read().current().id()).isEqualTo(SOUND.certificate().x5t());
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
    OfferedKeys offered = read();

    assertThat(offered.current().toString()).isEqualTo(SOUND.certificate().x5t());
    assertThat(offered.toString())
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

  private OfferedKeys read() throws UnusableKey {
    return source(folder).read(Instant.now());
  }

  private static KeyFolder source(Path folder) {
    return new KeyFolder(
        folder, Rs256.choose(Implementation.JDK), new Pkcs12Files("changeit", null));
  }
}
