package dev.concordat.metadata.published;

import static dev.concordat.metadata.Certificates.certificate;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.metadata.IdentitySettings;
import dev.concordat.metadata.MetadataSettings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OurDocumentsTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final SigningCertificate CURRENT = made();
  private static final SigningCertificate NEXT = made();
  private static final SigningCertificate PREVIOUS = made();
  private static final SigningCertificate REVOKED = made();

  private final OurDocuments documents = documents(Map.of());

  private static SigningCertificate made() {
    return certificate(2048, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(300)));
  }

  private static OurDocuments documents(Map<String, String> more) {
    var config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(IdentitySettings.class)
            .withMapping(MetadataSettings.class)
            .withDefaultValues(
                Map.of(
                    "concordat.identity.application-identifier",
                    "5D2A1B7E-3C4F-4E8A-9B6D-C0C0DA700001",
                    "concordat.identity.realm",
                    "litwareinc.com",
                    "concordat.identity.hosts",
                    "Concordat.litwareinc.com",
                    "concordat.metadata.public-url",
                    "https://concordat.litwareinc.com"))
            .withSources(new PropertiesConfigSource(more, "more", 500))
            .build();
    return new OurDocuments(
        config.getConfigMapping(IdentitySettings.class),
        config.getConfigMapping(MetadataSettings.class));
  }

  private static SigningKeyPublished key(SigningCertificate certificate, Phase phase) {
    return new SigningKeyPublished(certificate.x5t(), certificate.base64(), phase, NOW, null);
  }

  @Test
  void before_a_key_signs_there_is_no_document() {
    assertThat(documents.with(List.of())).isEmpty();
    assertThat(documents.with(List.of(key(NEXT, Phase.NEXT)))).isEmpty();
  }

  @Test
  void the_current_key_stands_first_and_a_revoked_one_nowhere() {
    var published =
        documents
            .with(
                List.of(
                    key(PREVIOUS, Phase.PREVIOUS),
                    key(REVOKED, Phase.REVOKED),
                    key(NEXT, Phase.NEXT),
                    key(CURRENT, Phase.CURRENT)))
            .orElseThrow();

    assertThat(AuthMetadataReader.read(published.ours().body()))
        .isInstanceOfSatisfying(
            Reading.Accepted.class,
            it -> {
              assertThat(it.document().issuer())
                  .isEqualTo("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com");
              assertThat(it.document().keys())
                  .extracting(one -> one.x5t())
                  .containsExactly(CURRENT.x5t(), NEXT.x5t(), PREVIOUS.x5t());
              assertThat(it.document().allowedAudiences())
                  .containsExactly(
                      "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001/concordat.litwareinc.com@litwareinc.com",
                      "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com");
              assertThat(it.document().endpoints())
                  .singleElement()
                  .satisfies(
                      one ->
                          assertThat(one.location())
                              .isEqualTo("https://concordat.litwareinc.com/metadata/json/1"));
            });
  }

  @Test
  void every_document_has_the_same_keys_to_the_byte() throws Exception {
    var published =
        documents.with(List.of(key(CURRENT, Phase.CURRENT), key(NEXT, Phase.NEXT))).orElseThrow();
    JsonNode jwks = Json.mapper().readTree(published.jwks().body()).path("keys");
    JsonNode ours = Json.mapper().readTree(published.ours().body()).path("keys");
    JsonNode sts = Json.mapper().readTree(published.tokenServer().body()).path("keys");

    assertThat(sts).isEqualTo(ours);
    assertThat(jwks).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(jwks.get(i).path("x5c").get(0).asText())
          .isEqualTo(ours.get(i).path("keyvalue").path("value").asText());
      assertThat(jwks.get(i).path("kid").asText())
          .isEqualTo(ours.get(i).path("keyinfo").path("x5t").asText());
    }
  }

  @Test
  void keys_can_be_named_as_token_servers_do_where_a_product_wants_it() throws Exception {
    var published =
        documents(Map.of("concordat.metadata.casing", "token-server"))
            .with(List.of(key(CURRENT, Phase.CURRENT)))
            .orElseThrow();

    assertThat(
            Json.mapper()
                .readTree(published.ours().body())
                .at("/keys/0/keyValue/keyInfo/x5t")
                .asText())
        .isEqualTo(CURRENT.x5t());
  }

  @Test
  void the_entity_tag_changes_with_the_keys_and_only_then() {
    var one = documents.with(List.of(key(CURRENT, Phase.CURRENT))).orElseThrow();
    var same = documents.with(List.of(key(CURRENT, Phase.CURRENT))).orElseThrow();
    var other =
        documents.with(List.of(key(CURRENT, Phase.CURRENT), key(NEXT, Phase.NEXT))).orElseThrow();

    assertThat(one.ours().etag()).isEqualTo(same.ours().etag()).startsWith("\"").endsWith("\"");
    assertThat(one.ours().etag()).isNotEqualTo(other.ours().etag());
  }
}
