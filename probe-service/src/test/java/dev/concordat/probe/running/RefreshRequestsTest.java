package dev.concordat.probe.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.challenges.BearerChallenge;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefreshRequestsTest {

  private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "00000002-0000-0ff1-ce00-000000000000, -, -",
        "00000002-0000-0FF1-CE00-000000000000, LITWAREINC.COM, -",
        "-, -, -",
        "00000002-0000-0ff1-ce00-000000000000, contoso.com, 00000002-0000-0ff1-ce00-000000000000@contoso.com",
        "00000004-0000-0ff1-ce00-000000000000, -, 00000004-0000-0ff1-ce00-000000000000@litwareinc.com"
      })
  void another_identity_than_the_documents_is_a_strangers(
      String clientId, String realm, String stranger) {
    assertThat(RefreshRequests.stranger(challenge(clientId, realm), known("litwareinc.com")))
        .isEqualTo(java.util.Optional.ofNullable(stranger));
  }

  @Test
  void a_document_for_any_realm_explains_every_realm() {
    assertThat(RefreshRequests.stranger(challenge(EXCHANGE, "contoso.com"), known("*"))).isEmpty();
  }

  @Test
  void who_is_not_known_at_all_is_nobodys_stranger() {
    assertThat(
            RefreshRequests.stranger(
                challenge(EXCHANGE, "contoso.com"), new RefreshRequests.Known(null, null)))
        .isEmpty();
  }

  private static BearerChallenge challenge(String clientId, String realm) {
    return new BearerChallenge(clientId, realm, List.of(), List.of(), null, null);
  }

  private static RefreshRequests.Known known(String realm) {
    return new RefreshRequests.Known(
        null,
        new MetadataRefreshed(
            "exchange",
            MetadataRefreshed.Outcome.CHANGED,
            new AuthMetadataDocument(
                null,
                "1.0",
                null,
                null,
                null,
                EXCHANGE + "@" + realm,
                List.of(),
                List.of(),
                List.of()),
            Instant.EPOCH,
            null,
            null,
            List.of(),
            List.of(),
            null));
  }
}
