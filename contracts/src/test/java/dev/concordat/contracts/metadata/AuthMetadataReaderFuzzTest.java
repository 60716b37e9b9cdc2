package dev.concordat.contracts.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Set;

/**
 * Whatever a partner's server sends is read to a verdict: never an exception, and what is accepted
 * can be used. The build runs the kept corpus; {@code -Pfuzz} searches for more.
 */
class AuthMetadataReaderFuzzTest {

  private static final Set<String> PROBLEMS =
      Set.of(
          "not-json",
          "too-large",
          "too-deep",
          "malformed",
          "version-unknown",
          "issuer-missing",
          "issuer-malformed",
          "inconsistent",
          "no-signing-key");

  @FuzzTest(maxDuration = "10m")
  void whatever_is_read_comes_to_a_verdict(byte[] body) {
    switch (AuthMetadataReader.read(body)) {
      case Reading.Refused(String problem, String detail, _) -> {
        assertThat(PROBLEMS).contains(problem);
        assertThat(detail).hasSizeBetween(10, 2000);
      }
      case Reading.Accepted(AuthMetadataDocument document, _) -> {
        assertThat(document.issuerName().toString()).isEqualTo(document.issuer());
        assertThat(document.keys())
            .isNotEmpty()
            .allSatisfy(
                key -> {
                  SigningCertificate certificate = key.signingCertificate();
                  assertThat(certificate.x5t()).isEqualTo(key.x5t());
                  assertThat(certificate.rsa()).isTrue();
                  assertThat(certificate.keyBits())
                      .isGreaterThanOrEqualTo(AuthMetadataReader.LEAST_KEY_BITS);
                });
        // What we would write of it is read as the same.
        assertThat(AuthMetadataReader.read(AuthMetadataWriter.write(document)))
            .isInstanceOfSatisfying(
                Reading.Accepted.class,
                again ->
                    assertThat(again.document())
                        .usingRecursiveComparison()
                        .ignoringFields("id", "version")
                        .isEqualTo(document));
      }
    }
  }
}
