package dev.concordat.token.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.token.TestKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key that never leaves its module, with SoftHSM as the module. */
class HardwareTokenTest {

  private static final String PIN = "1234";
  private static final TestKeys.Pair CURRENT = TestKeys.rsa();
  private static final TestKeys.Pair NEXT = TestKeys.rsa();

  @TempDir static Path folder;
  private static HardwareToken token;
  private static KeyStore store;

  @BeforeAll
  static void module() throws Exception {
    String conf = System.getenv("SOFTHSM2_CONF");
    assumeTrue(conf != null, "skipped: the profile pkcs11 runs it (./concordat test -Ppkcs11)");
    Path library =
        Stream.of("/usr/lib/softhsm", "/usr/lib64/softhsm", "/usr/local/lib/softhsm")
            .map(it -> Path.of(it, "libsofthsm2.so"))
            .filter(Files::exists)
            .findFirst()
            .orElse(null);
    assumeTrue(library != null, "skipped: SoftHSM is not here (apt-get install softhsm2)");

    Path tokens = Files.createDirectory(folder.resolve("tokens"));
    Path settings = Path.of(String.valueOf(conf));
    Files.createDirectories(settings.getParent());
    Files.writeString(settings, "directories.tokendir = %s\nlog.level = ERROR\n".formatted(tokens));
    run("softhsm2-util", "--init-token", "--free", "--label", "t", "--pin", PIN, "--so-pin", PIN);
    Path module = folder.resolve("module.cfg");
    Files.writeString(
        module, "name = SoftHSM\nlibrary = %s\nslotListIndex = 0\n".formatted(library));
    Path pin = folder.resolve("pin");
    Files.writeString(pin, PIN + "\n");

    var provider = Security.getProvider("SunPKCS11").configure(module.toString());
    store = KeyStore.getInstance("PKCS11", provider);
    store.load(null, PIN.toCharArray());
    put("current", CURRENT);
    token = HardwareToken.open(settings(module, pin), module);
  }

  @Test
  void what_it_signs_partners_can_check() throws Exception {
    SigningKey key = token.read(Instant.now()).current();

    String signed = key.sign("{\"iss\":\"x\"}".getBytes(StandardCharsets.UTF_8));

    String[] parts = signed.split("\\.");
    assertThat(key.id()).isEqualTo(CURRENT.certificate().x5t());
    assertThat(
            SignatureCheck.byPlatform()
                .holds(
                    CURRENT.certificate(),
                    (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
                    java.util.Base64.getUrlDecoder().decode(parts[2])))
        .isTrue();
    assertThat(key.implementation()).contains("SoftHSM");
    assertThat(key).hasToString(key.id());
  }

  @Test
  void a_key_that_is_put_in_is_noticed() throws Exception {
    Object before = token.fingerprint();

    put("next", NEXT);

    assertThat(token.fingerprint()).isNotEqualTo(before);
    assertThat(token.read(Instant.now()).next()).hasToString(NEXT.certificate().x5t());
    store.deleteEntry("next");
    assertThat(token.read(Instant.now()).next()).isNull();
  }

  @Test
  void a_label_that_is_not_there_is_named() {
    var config = settings(folder.resolve("module.cfg"), folder.resolve("pin"), "missing");

    assertThatThrownBy(
            () -> HardwareToken.open(config, folder.resolve("module.cfg")).read(Instant.now()))
        .isInstanceOf(UnusableKey.class)
        .hasMessageContaining("'missing' in the PKCS#11 token");
  }

  private static void put(String label, TestKeys.Pair pair) throws Exception {
    store.setKeyEntry(
        label, pair.privateKey(), null, new Certificate[] {pair.certificate().x509()});
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
  }

  private static SigningConfig.Pkcs11 settings(Path module, Path pin) {
    return settings(module, pin, "current");
  }

  private static SigningConfig.Pkcs11 settings(Path module, Path pin, String current) {
    return new SigningConfig.Pkcs11() {
      @Override
      public Optional<Path> config() {
        return Optional.of(module);
      }

      @Override
      public Optional<Path> pinFile() {
        return Optional.of(pin);
      }

      @Override
      public String currentLabel() {
        return current;
      }

      @Override
      public String nextLabel() {
        return "next";
      }
    };
  }
}
