package dev.concordat.simulator.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.tls.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The worked tokens of the protocol reference, as the simulated servers judge them. */
class TokenGateTest {

  private static final String SKYPE = "00000004-0000-0ff1-ce00-000000000000@litwareinc.com";
  private static final JsonNode FILE = file();
  private static final java.security.PrivateKey NOBODYS = Certificates.keys().getPrivate();

  private static JsonNode file() {
    try {
      return Json.mapper()
          .readTree(
              Files.readAllBytes(
                  Path.of("../../contracts/src/test/resources/vectors.json").toAbsolutePath()));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<JsonNode> vectors(String receiver) {
    var vectors = new ArrayList<JsonNode>();
    FILE.path("vectors")
        .forEach(
            it -> {
              if (it.path("receiver").asText().equals(receiver)) {
                vectors.add(it);
              }
            });
    return vectors;
  }

  static Stream<JsonNode> forExchange() {
    assertThat(vectors("exchange")).hasSizeGreaterThan(55);
    return vectors("exchange").stream();
  }

  static Stream<JsonNode> forSharePoint() {
    assertThat(vectors("sharepoint")).hasSizeGreaterThan(2);
    return vectors("sharepoint").stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forExchange")
  void every_worked_token_gets_its_verdict_and_exchanges_answer(JsonNode vector) throws Exception {
    var exchange = ServerIdentity.exchange("litwareinc.com", keys("exchange"));
    var applications = new PartnerApplications(Optional.empty());
    applications.configure(
        PartnerApplication.Type.LYNC,
        "https://atl-cs-001.litwareinc.com/metadata/json/1",
        document(SKYPE, "current", "old"));
    // The same application may come through a token server, too.
    applications.put(
        new PartnerApplication(
            "through-sts",
            PrincipalName.parse(SKYPE),
            new PartnerApplication.Source.ThroughTokenServer(),
            List.of(),
            true,
            PartnerApplication.Type.LYNC.rights()));
    applications.put(
        new TokenServer(
            "sts",
            PrincipalName.parse("00000001-0000-0000-c000-000000000000@litwareinc.com"),
            "https://sts.litwareinc.com/metadata/json/1",
            false,
            null,
            List.of(certificate("sts")),
            true));
    var mailboxes = new Mailboxes();
    mailboxes.make("kenmyer@litwareinc.com");
    var gate =
        new TokenGate(
            new TokenCheck(exchange, applications::view),
            new Directory(mailboxes),
            new ExchangeRefusals(exchange, applications::view, Assumptions.DEFAULT));

    Admission admission =
        gate.admitToken(
            vector.path("token").asText(),
            "atl-exchange-001.litwareinc.com",
            Instant.ofEpochSecond(vector.path("at").asLong()));

    if (vector.path("expect").asText().equals("accept")) {
      assertThat(admission).isNotInstanceOf(Admission.Refused.class);
    } else {
      assertThat(admission).isInstanceOf(Admission.Refused.class);
      var diagnostics = ((Admission.Refused) admission).diagnostics();
      assertThat(diagnostics).isNotNull();
      JsonNode answer = vector.path("exchangeAnswer");
      if (answer.hasNonNull("code")) {
        assertThat(diagnostics.code()).isEqualTo(answer.path("code").asInt());
        assertThat(diagnostics.category()).isEqualTo(answer.path("errorCategory").asText());
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forSharePoint")
  void every_worked_token_for_sharepoint_gets_its_verdict(JsonNode vector) throws Exception {
    var sharePoint =
        ServerIdentity.sharePoint("litwareinc.com", "litwareinc.com", keys("exchange"));
    var issuers = new PartnerApplications(Optional.empty());
    issuers.put(issuer("Skype", SKYPE, false, "current", "old"));
    issuers.put(
        issuer("Broker", "11111111-1111-1111-1111-111111111111@litwareinc.com", true, "broker"));

    var outcome =
        new TokenCheck(sharePoint, issuers::view)
            .checkToken(
                vector.path("token").asText(),
                "sharepoint.litwareinc.com",
                Instant.ofEpochSecond(vector.path("at").asLong()));

    assertThat(outcome)
        .isInstanceOf(
            vector.path("expect").asText().equals("accept")
                ? TokenCheck.Outcome.Held.class
                : TokenCheck.Outcome.Refused.class);
  }

  private static PartnerApplication issuer(
      String name, String issuer, boolean broker, String... keys) {
    return new PartnerApplication(
        name,
        PrincipalName.parse(issuer),
        new PartnerApplication.Source.Certificate(),
        Stream.of(keys).map(TokenGateTest::certificate).toList(),
        true,
        new Rights.AtSharePoint(broker));
  }

  private static SigningCertificate certificate(String key) {
    return SigningCertificate.parse(FILE.path("keys").path(key).path("certificatePem").asText());
  }

  /** Only the certificate counts: the private keys of the worked tokens were not kept. */
  private static SigningKeys keys(String key) {
    return SigningKeys.of(
        () -> new Certificates.KeyAndCertificate(NOBODYS, certificate(key).x509()),
        () -> {
          throw new AssertionError("no further key");
        });
  }

  private static byte[] document(String issuer, String... keys) {
    PrincipalName name = PrincipalName.parse(issuer);
    return AuthMetadataWriter.write(
        new AuthMetadataDocument(
            null,
            null,
            "Lync",
            name.realm(),
            name.applicationIdentifier(),
            issuer,
            List.of(),
            Stream.of(keys).map(it -> AuthMetadataDocument.Key.of(certificate(it))).toList(),
            List.of()));
  }
}
