package dev.concordat.contracts.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.ProtocolVectors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AuthMetadataWriterTest {
  private static final ProtocolVectors VECTORS = ProtocolVectors.read();

  private static final AuthMetadataDocument OURS =
      new AuthMetadataDocument(
          null,
          null,
          "Concordat",
          "litwareinc.com",
          "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001",
          "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com",
          List.of(
              "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001/concordat.litwareinc.com@litwareinc.com",
              "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com"),
          List.of(AuthMetadataDocument.Key.of(VECTORS.certificate("current"))),
          List.of(
              new AuthMetadataDocument.Endpoint(
                  "https://concordat.litwareinc.com/metadata/json/1", "OAuth2", "metadata")));

  @Test
  void exchangesSampleIsWrittenByteForByteAsItWasRead() {
    String sample = VECTORS.document("s2s-ok").document();
    var read = (Reading.Accepted) AuthMetadataReader.read(sample.getBytes(UTF_8));

    assertThat(new String(AuthMetadataWriter.write(read.document()), UTF_8)).isEqualTo(sample);
  }

  @Test
  void ourOwnDocumentHasEveryMemberInExchangesOrder() {
    String certificate = VECTORS.certificate("current").base64();

    assertThat(new String(AuthMetadataWriter.write(OURS), UTF_8))
        .matches("\\{\"id\":\"_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\",.*")
        .endsWith(
            ("\"version\":\"1.0\",\"name\":\"Concordat\",\"realm\":\"litwareinc.com\","
                    + "\"serviceName\":\"5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001\","
                    + "\"issuer\":\"5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com\","
                    + "\"allowedAudiences\":[\"5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001/concordat.litwareinc.com@litwareinc.com\",\"5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com\"],"
                    + "\"keys\":[{\"usage\":\"signing\",\"keyinfo\":{\"x5t\":\"boxo1u2SHHXBRxvKnniDDAXbpws\"},"
                    + "\"keyvalue\":{\"type\":\"x509Certificate\",\"value\":\"%s\"}}],"
                    + "\"endpoints\":[{\"location\":\"https://concordat.litwareinc.com/metadata/json/1\",\"protocol\":\"OAuth2\",\"usage\":\"metadata\"}]}")
                .formatted(certificate));
  }

  @Test
  void itsIdStaysWhileItsContentDoes() {
    var otherKeys =
        new AuthMetadataDocument(
            null,
            null,
            OURS.name(),
            OURS.realm(),
            OURS.serviceName(),
            OURS.issuer(),
            OURS.allowedAudiences(),
            List.of(AuthMetadataDocument.Key.of(VECTORS.certificate("sts"))),
            OURS.endpoints());

    assertThat(AuthMetadataWriter.write(OURS)).isEqualTo(AuthMetadataWriter.write(OURS));
    assertThat(idOf(otherKeys)).isNotEqualTo(idOf(OURS));
    assertThat(idOf(OURS)).startsWith("_");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenInEitherCasingReadsTheSame(AuthMetadataWriter.Casing casing) {
    var reading =
        (Reading.Accepted) AuthMetadataReader.read(AuthMetadataWriter.write(OURS, casing));

    assertThat(reading.warnings()).isEmpty();
    assertThat(reading.document().keys()).isEqualTo(OURS.keys());
    assertThat(reading.document().id()).isEqualTo(idOf(OURS));
  }

  @Test
  void theTokenServersCasingHasTheKeysInfoInsideItsValue() {
    assertThat(
            new String(
                AuthMetadataWriter.write(OURS, AuthMetadataWriter.Casing.TOKEN_SERVER), UTF_8))
        .contains("\"keyValue\":{\"type\":\"x509Certificate\",\"value\":\"")
        .contains("\",\"keyInfo\":{\"x5t\":\"boxo1u2SHHXBRxvKnniDDAXbpws\"}}}]");
  }

  private static String idOf(AuthMetadataDocument document) {
    var reading = (Reading.Accepted) AuthMetadataReader.read(AuthMetadataWriter.write(document));
    return String.valueOf(reading.document().id());
  }
}
