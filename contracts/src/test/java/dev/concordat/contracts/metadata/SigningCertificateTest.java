package dev.concordat.contracts.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.contracts.Fixtures;
import dev.concordat.contracts.ProtocolVectors;
import dev.concordat.contracts.events.CertificateSummary;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningCertificateTest {
  private static final ProtocolVectors VECTORS = ProtocolVectors.read();
  private static final SigningCertificate CURRENT = VECTORS.certificate("current");

  static Iterable<String> keys() {
    return VECTORS.keys().keySet();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void thumbprintAndX5tAreThoseOfTheVectors(String key) {
    var vector = Objects.requireNonNull(VECTORS.keys().get(key));

    var certificate = SigningCertificate.parse(vector.certificatePem());

    assertThat(certificate.thumbprint()).isEqualTo(vector.thumbprintSha1());
    assertThat(certificate.x5t()).isEqualTo(vector.x5t());
  }

  @Test
  void everyFormReadsAsTheSameCertificate() {
    String mime =
        Base64.getMimeEncoder().encodeToString(Base64.getDecoder().decode(CURRENT.base64()));

    assertThat(SigningCertificate.parse(CURRENT.base64()))
        .isEqualTo(CURRENT)
        .hasSameHashCodeAs(CURRENT);
    assertThat(SigningCertificate.parse(CURRENT.base64().replace("=", ""))).isEqualTo(CURRENT);
    assertThat(SigningCertificate.parse(CURRENT.pem())).isEqualTo(CURRENT);
    assertThat(SigningCertificate.parse("\n" + CURRENT.pem().replace("\n", "\r\n")))
        .isEqualTo(CURRENT);
    assertThat(SigningCertificate.parse(mime)).isEqualTo(CURRENT);
    assertThat(SigningCertificate.of(CURRENT.x509())).isEqualTo(CURRENT);
  }

  @Test
  void itsSummaryIsWhatAnAdminAsksFirst() {
    assertThat(CURRENT.summary())
        .isEqualTo(
            new CertificateSummary(
                "6E8C68D6ED921C75C1471BCA9E78830C05DBA70B",
                "CN=atl-cs-001.litwareinc.com",
                Instant.parse("2025-01-01T00:00:00Z"),
                Instant.parse("2035-01-01T00:00:00Z"),
                2048));
  }

  @Test
  void itShowsItselfByThumbprintAndSubjectOnly() {
    assertThat(CURRENT)
        .hasToString(
            "SigningCertificate[6E8C68D6ED921C75C1471BCA9E78830C05DBA70B,"
                + " CN=atl-cs-001.litwareinc.com]");
  }

  @Test
  void datesFarBeyond2050AreRead() {
    var sharePoint = SigningCertificate.parse(Fixtures.pem("until-9999"));

    assertThat(sharePoint.notAfter()).isEqualTo(Instant.parse("9999-01-01T00:00:00Z"));
    assertThat(sharePoint.validAt(Instant.parse("2080-06-01T00:00:00Z"))).isTrue();
  }

  @Test
  void itIsValidWithinItsDatesBothIncluded() {
    assertThat(CURRENT.validAt(CURRENT.notBefore())).isTrue();
    assertThat(CURRENT.validAt(CURRENT.notAfter())).isTrue();
    assertThat(CURRENT.validAt(CURRENT.notBefore().minusSeconds(1))).isFalse();
    assertThat(CURRENT.validAt(CURRENT.notAfter().plusSeconds(1))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "rsa-512, 512, true",
    "rsa-1024, 1024, true",
    "ec-p256, 256, false",
    "ed25519, 0, false"
  })
  void theSizeOfItsKeyIsInBits(String name, int bits, boolean rsa) {
    var certificate = SigningCertificate.parse(Fixtures.pem(name));

    assertThat(certificate.keyBits()).isEqualTo(bits);
    assertThat(certificate.rsa()).isEqualTo(rsa);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "boxo1u2SHHXBRxvKnniDDAXbpws",
        "boxo1u2SHHXBRxvKnniDDAXbpws=",
        " boxo1u2SHHXBRxvKnniDDAXbpws "
      })
  void anX5tIsComparedByItsBytes(String x5t) {
    assertThat(CURRENT.isNamedBy(x5t)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "rUnbHPWmhxxcrAzaj5T023JrDnE", "boxo1u2SHHXBRxvKnniDDAXbpw", "!!", "ü"})
  void anotherX5tNamesAnother(String x5t) {
    assertThat(CURRENT.isNamedBy(x5t)).isFalse();
  }

  @Test
  void whatIsNoSingleCertificateIsRefusedWithAReasonThatQuotesNothing() {
    String privateKey = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
    byte[] twice = Base64.getDecoder().decode(CURRENT.base64());
    byte[] trailing = java.util.Arrays.copyOf(twice, twice.length + 1);

    for (String text :
        new String[] {
          "",
          "not base64!",
          "AAAA",
          privateKey,
          CURRENT.pem() + privateKey,
          CURRENT.pem() + CURRENT.pem(),
          "-----BEGIN CERTIFICATE-----" + CURRENT.base64(),
          CURRENT.base64().substring(8),
          Base64.getEncoder().encodeToString(trailing),
          "A".repeat(200_000)
        }) {
      assertThatThrownBy(() -> SigningCertificate.parse(text))
          .isInstanceOf(MalformedCertificate.class)
          .hasMessageNotContaining("c2VjcmV0");
      assertThat(SigningCertificate.tryParse(text)).isEmpty();
    }
  }
}
