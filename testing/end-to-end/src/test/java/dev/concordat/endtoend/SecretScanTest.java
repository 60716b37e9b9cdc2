package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No file of the repository holds a secret: a private key in any of its usual spellings, or a
 * credential of a service that marks its own. Tests make their keys when they run.
 */
class SecretScanTest {

  private static final Map<String, Pattern> SECRETS =
      Map.of(
          "a private key in PEM",
          Pattern.compile(
              "-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\\\\[nr]|[\"'\\s+])*[A-Za-z0-9+/]{40}"),
          "an RSA private key (PKCS#8) in base64",
          Pattern.compile("MII[A-Za-z0-9+/]{2}[QgwA-Z]IBADANBgkqhkiG9w0BAQEFAASC"),
          "an EC private key (PKCS#8) in base64",
          Pattern.compile("M[A-Z]{2,3}[A-Za-z0-9+/]{0,4}AgEAMB(?:MG|AG)ByqGSM49AgE"),
          "a private JSON Web Key",
          Pattern.compile("\"d\"\\s*:\\s*\"[A-Za-z0-9_-]{43,}\""),
          "an access key of a cloud",
          Pattern.compile("\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b|\\bAIza[0-9A-Za-z_-]{35}\\b"),
          "a token of a code host or a package registry",
          Pattern.compile(
              "\\bgh[pousr]_[A-Za-z0-9]{36}\\b|\\bglpat-[A-Za-z0-9_-]{20}\\b"
                  + "|\\bnpm_[A-Za-z0-9]{36}\\b|\\bpypi-[A-Za-z0-9_-]{50,}"),
          "a token of a chat",
          Pattern.compile("\\bxox[abprs]-[A-Za-z0-9-]{20,}"));

  /** What is built or kept beside the sources. */
  private static final Set<String> NOT_SOURCES =
      Set.of(".git", "target", ".concordat", "node_modules", ".idea");

  private static final long LONGEST = 8_000_000;

  @Test
  void no_file_holds_a_secret() throws IOException {
    Path home = Launcher.home();
    var found = new TreeMap<String, List<String>>();
    var read = new ArrayList<Path>();
    Files.walkFileTree(
        home,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_SOURCES.contains(String.valueOf(folder.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && attributes.size() < LONGEST) {
              read.add(file);
              List<String> secrets =
                  secretsIn(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
              if (!secrets.isEmpty()) {
                found.put(home.relativize(file).toString(), secrets);
              }
            }
            return FileVisitResult.CONTINUE;
          }
        });

    assertThat(found).isEmpty();
    assertThat(read).hasSizeGreaterThan(500);
  }

  // Written in two pieces, so that this file does not find itself.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN PRIV|ATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v2VpguoRK9JLsLMREScVpezJpGXA7",
        "-----BEGIN RSA PRIV|ATE KEY-----\\nMIIEowIBAAKCAQEAxzYuc1RV95d9sdmFzYuc1RV95d9sdmFzYuc1",
        "key: MIIEvQIBAD|ANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7",
        "MIGHAgEAMB|MGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg",
        "\"d\": \"X4cTteJY_gn4FYPsXB8rdXix5|vwsg1FLN5E3EaG6RJoVH-HLLKD9\"",
        "AKIA|IOSFODNN7EXAMPLE",
        "ghp_|0123456789abcdefghijABCDEFGHIJ012345",
        "xoxb-|123456789012-abcdefghijkl"
      })
  void a_secret_that_was_put_into_a_file_is_found(String secret) {
    assertThat(secretsIn("before " + secret.replace("|", "") + " after")).hasSize(1);
  }

  private static List<String> secretsIn(String text) {
    return SECRETS.entrySet().stream()
        .filter(it -> it.getValue().matcher(text).find())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
