package dev.concordat.contracts.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.Fixtures;
import dev.concordat.contracts.ProtocolVectors;
import dev.concordat.contracts.ProtocolVectors.DocumentVector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthMetadataReaderTest {
  private static final ProtocolVectors VECTORS = ProtocolVectors.read();
  private static final String GOOD = VECTORS.document("s2s-ok").document();
  private static final String CURRENT = VECTORS.certificate("current").base64();

  static List<DocumentVector> documents() {
    return VECTORS.metadataDocuments();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyVectorGetsItsVerdict(DocumentVector vector) {
    var reading = AuthMetadataReader.read(vector.document().getBytes(UTF_8));

    switch (reading) {
      case Reading.Accepted(var document, var warnings) -> {
        assertThat(vector.expect()).isEqualTo("accept");
        assertThat(document.keys())
            .extracting(AuthMetadataDocument.Key::x5t)
            .isEqualTo(vector.keys());
        String warning = vector.warning();
        assertThat(warnings).isEqualTo(warning == null ? List.of() : List.of(warning));
        if (vector.tokenEndpoint() != null) {
          assertThat(document.tokenEndpoint()).contains(vector.tokenEndpoint());
        }
      }
      case Reading.Refused refused -> {
        assertThat(vector.expect()).isEqualTo("refuse");
        assertThat(refused.problem()).isEqualTo(vector.problem());
        assertThat(refused.detail()).isNotBlank();
      }
    }
  }

  @Test
  void exchangesShapeIsReadWhole() {
    assertThat(accepted(GOOD).document())
        .isEqualTo(
            new AuthMetadataDocument(
                "_70b34511-d105-4e2b-9675-39f53305bb01",
                "1.0",
                "Lync",
                "litwareinc.com",
                "00000004-0000-0ff1-ce00-000000000000",
                "00000004-0000-0ff1-ce00-000000000000@litwareinc.com",
                List.of(
                    "00000004-0000-0ff1-ce00-000000000000/atl-cs-001.litwareinc.com@litwareinc.com"),
                List.of(
                    AuthMetadataDocument.Key.of(VECTORS.certificate("current")),
                    AuthMetadataDocument.Key.of(VECTORS.certificate("old"))),
                List.of(
                    new AuthMetadataDocument.Endpoint(
                        "https://atl-cs-001.litwareinc.com/metadata/json/1",
                        "OAuth2",
                        "metadata"))));
  }

  @Test
  void sharePointsDocumentHasNoMoreThanItNeeds() {
    var document = accepted(VECTORS.document("sharepoint-ok").document()).document();

    assertThat(document.realm()).isNull();
    assertThat(document.issuerName().realm()).isEqualTo("litwareinc.com");
    assertThat(document.endpoints()).isEmpty();
    assertThat(document.tokenEndpoint()).isEmpty();
  }

  @Test
  void theDocumentsOwnUrlIsNoTokenEndpoint() {
    assertThat(accepted(GOOD).document().tokenEndpoint()).isEmpty();
  }

  @Test
  void anHtmlPageIsToldApartFromBrokenJson() {
    assertThat(refused("  \n<html><body>Sign in</body></html>").html()).isTrue();
    assertThat(refused("{\"issuer\":").html()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"text\"",
        "{} {}",
        "{\"a\":1,}",
        "{'issuer':'x'}",
        "{\"keys\":[],\"KEYS\":[]}",
        "{\"unknown\":{\"a\":1,\"A\":2}}",
        "{\"unknown\":[{\"a\":1,\"a\":2}]}",
        "{\"issuer\":NaN}"
      })
  void whatIsNoJsonObjectWithSingleNamesIsNotJson(String text) {
    assertThat(refused(text).problem()).isEqualTo("not-json");
  }

  @Test
  void bytesThatAreNotUtf8AreNotJson() {
    byte[] latin1 = "{\"name\":\"Bücher\"}".getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = GOOD.getBytes(StandardCharsets.UTF_16);

    assertThat(AuthMetadataReader.read(latin1))
        .isInstanceOfSatisfying(
            Reading.Refused.class, refused -> assertThat(refused.problem()).isEqualTo("not-json"));
    assertThat(AuthMetadataReader.read(utf16))
        .isInstanceOfSatisfying(
            Reading.Refused.class, refused -> assertThat(refused.problem()).isEqualTo("not-json"));
  }

  @Test
  void sizeIsBounded() {
    String padded = GOOD + " ".repeat(AuthMetadataReader.MAX_LENGTH);
    String manyKeys = GOOD.replace("\"keys\":[", "\"keys\":[" + "{},".repeat(63));

    assertThat(refused(padded).problem()).isEqualTo("too-large");
    assertThat(refused(manyKeys).problem()).isEqualTo("too-large");
    assertThat(accepted(GOOD.replace("\"keys\":[", "\"keys\":[" + "{},".repeat(62)))).isNotNull();
  }

  @Test
  void depthIsBoundedAlsoInMembersThatAreIgnored() {
    assertThat(accepted(withMember("\"more\":" + "[".repeat(15) + "]".repeat(15)))).isNotNull();
    assertThat(refused(withMember("\"more\":" + "[".repeat(16) + "]".repeat(16))).problem())
        .isEqualTo("too-deep");
  }

  @Test
  void unknownMembersAreIgnored() {
    assertThat(accepted(withMember("\"identityProviders\":[{\"a\":[1,null,true,0.5]}]")).document())
        .isEqualTo(accepted(GOOD).document());
  }

  @Test
  void nullIsAsGoodAsAbsent() {
    assertThat(
            accepted(GOOD.replace("\"realm\":\"litwareinc.com\"", "\"realm\":null"))
                .document()
                .realm())
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":\"1.0\" | \"version\":\"2.0\" | version-unknown",
        "\"version\":\"1.0\" | \"version\":1.0 | malformed",
        "\"issuer\":\"00000004-0000-0ff1-ce00-000000000000@litwareinc.com\" | \"issuer\":\"no name\" | issuer-malformed",
        "\"issuer\":\"00000004-0000-0ff1-ce00-000000000000@litwareinc.com\" | \"issuer\":{} | malformed",
        "\"serviceName\":\"00000004 | \"serviceName\":\"00000002 | inconsistent",
        "\"realm\":\"litwareinc.com\" | \"realm\":\"LITWAREINC.COM\" | inconsistent",
        "\"keys\":[ | \"keys\":{},\"other\":[ | malformed",
        "\"keys\":[ | \"keys\":[7, | malformed",
        "\"keyvalue\":{ | \"keyvalue\":\"x\",\"other\":{ | malformed",
      })
  void aDocumentThatContradictsItselfIsRefused(String part, String instead, String problem) {
    assertThat(refused(GOOD.replace(part, instead)).problem()).isEqualTo(problem);
  }

  @Test
  void anyRealmAgreesWithEveryRealm() {
    var anyIssuer =
        accepted(
            GOOD.replace("000000000000@litwareinc.com\",\"allowed", "000000000000@*\",\"allowed"));
    var anyMember = accepted(GOOD.replace("\"realm\":\"litwareinc.com\"", "\"realm\":\"*\""));

    assertThat(anyIssuer.warnings()).containsExactly(Reading.ANY_REALM);
    assertThat(anyIssuer.document().issuerName().anyRealm()).isTrue();
    assertThat(anyMember.warnings()).isEmpty();
    assertThat(anyMember.document().realm()).isEqualTo("*");
  }

  @Test
  void aCertificateMayHaveLineBreaksAndPemArmour() {
    String pem = VECTORS.certificate("current").pem().replace("\n", "\\r\\n");

    assertThat(accepted(GOOD.replace(CURRENT, pem)).document())
        .isEqualTo(accepted(GOOD).document());
  }

  @ParameterizedTest
  @CsvSource({
    "rsa-1024, weak-key, 2",
    "rsa-512, key-skipped, 1",
    "ec-p256, key-skipped, 1",
    "ed25519, key-skipped, 1"
  })
  void aKeyOfAnotherSizeOrKindWarns(String certificate, String warning, int keys) {
    var other = SigningCertificate.parse(Fixtures.pem(certificate));
    var reading =
        accepted(
            GOOD.replace(CURRENT, other.base64())
                .replace(VECTORS.certificate("current").x5t(), other.x5t()));

    assertThat(reading.warnings()).containsExactly(warning);
    assertThat(reading.document().keys()).hasSize(keys);
  }

  @Test
  void aCertificateThatCannotBeReadIsSkippedAndTheOthersKept() {
    var reading = accepted(GOOD.replace(CURRENT, "AAAA"));

    assertThat(reading.warnings()).containsExactly(Reading.KEY_SKIPPED);
    assertThat(reading.document().keys())
        .extracting(AuthMetadataDocument.Key::x5t)
        .containsExactly(VECTORS.certificate("old").x5t());
  }

  @Test
  void theSameKeyTwiceIsOneKey() {
    assertThat(
            accepted(GOOD.replace(VECTORS.certificate("old").base64(), CURRENT)).document().keys())
        .hasSize(1);
  }

  @Test
  void anEndpointWithoutALocationIsSkipped() {
    var reading =
        accepted(GOOD.replace("\"endpoints\":[", "\"endpoints\":[{\"protocol\":\"OAuth2\"},"));

    assertThat(reading.warnings()).containsExactly(Reading.ENDPOINT_SKIPPED);
    assertThat(reading.document().endpoints()).hasSize(1);
  }

  @Property
  void noBytesMakeReadingThrow(@ForAll byte[] bytes) {
    assertThat(AuthMetadataReader.read(bytes)).isInstanceOf(Reading.Refused.class);
  }

  @Property
  void noChangeOfACharacterMakesReadingThrow(@ForAll int where, @ForAll char instead) {
    var text = new StringBuilder(GOOD);
    text.setCharAt(Math.floorMod(where, GOOD.length()), instead);

    assertThat(AuthMetadataReader.read(text.toString().getBytes(UTF_8))).isNotNull();
  }

  private static String withMember(String member) {
    return "{" + member + "," + GOOD.substring(1);
  }

  private static Reading.Accepted accepted(String document) {
    return (Reading.Accepted) AuthMetadataReader.read(document.getBytes(UTF_8));
  }

  private static Reading.Refused refused(String document) {
    return (Reading.Refused) AuthMetadataReader.read(document.getBytes(UTF_8));
  }
}
