package dev.concordat.simulator.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.simulator.mailboxes.Mailboxes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The worked tokens of the protocol reference, as the simulated Exchange judges them. */
class TokenGateTest {

  private static final Path VECTORS =
      Path.of("../../contracts/src/test/resources/vectors.json").toAbsolutePath();

  /** They go through a token server, which partner applications of an Exchange alone don't have. */
  private static final Set<String> THROUGH_A_TOKEN_SERVER =
      Set.of(
          "sts-app-only-ok",
          "sts-actor-user-ok",
          "sts-unknown-app",
          "sts-key-self-issued",
          "not-a-broker");

  static Stream<JsonNode> vectors() throws Exception {
    var vectors = new ArrayList<JsonNode>();
    for (JsonNode vector : Json.mapper().readTree(Files.readAllBytes(VECTORS)).path("vectors")) {
      if (vector.path("receiver").asText().equals("exchange")
          && !THROUGH_A_TOKEN_SERVER.contains(vector.path("id").asText())) {
        vectors.add(vector);
      }
    }
    assertThat(vectors).hasSizeGreaterThan(50);
    return vectors.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void every_worked_token_gets_its_verdict_and_exchanges_answer(JsonNode vector) throws Exception {
    JsonNode file = Json.mapper().readTree(Files.readAllBytes(VECTORS));
    var keys = new ArrayList<AuthMetadataDocument.Key>();
    for (String key : List.of("current", "old")) {
      var certificate =
          SigningCertificate.parse(file.path("keys").path(key).path("certificatePem").asText());
      keys.add(new AuthMetadataDocument.Key(certificate.x5t(), certificate.base64()));
    }
    String issuer = "00000004-0000-0ff1-ce00-000000000000@litwareinc.com";
    var applications = new PartnerApplications(Optional.empty());
    applications.configure(
        PartnerApplication.Type.LYNC,
        "https://atl-cs-001.litwareinc.com/metadata/json/1",
        AuthMetadataWriter.write(
            new AuthMetadataDocument(
                null,
                null,
                "Lync",
                "litwareinc.com",
                PrincipalName.parse(issuer).applicationIdentifier(),
                issuer,
                List.of(),
                keys,
                List.of())));
    var mailboxes = new Mailboxes();
    mailboxes.make("kenmyer@litwareinc.com");
    var own =
        SigningCertificate.parse(
            file.path("keys").path("exchange").path("certificatePem").asText());
    var gate =
        new TokenGate(
            new ExchangeIdentity("litwareinc.com", own),
            applications,
            mailboxes,
            InstantSource.system());

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
}
