package dev.concordat.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.tokens.AccessTokenClaims;
import dev.concordat.token.issuance.Outcome;
import dev.concordat.token.signing.SignedAccessToken;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lands in a log when somebody prints a request or an answer: never a token or a secret. */
class PrintedTest {

  private static final String HIDDEN = "eyJ0eXAiOiJhdCtqd3QifQ.hush.hush";

  @Test
  void requests_print_no_value_that_proves_or_grants() throws Exception {
    for (String form :
        List.of(
            "grant_type=client_credentials&audience=exchange&client_id=crm&client_secret=HIDDEN",
            "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&audience=exchange&assertion=HIDDEN",
            "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&audience=exchange"
                + "&subject_token_type=urn:ietf:params:oauth:token-type:jwt&subject_token=HIDDEN"
                + "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                + "&client_assertion=HIDDEN")) {
      var parsed =
          TokenForm.parse(form.replace("HIDDEN", HIDDEN).getBytes(StandardCharsets.US_ASCII));

      assertThat(parsed.toString()).doesNotContain("hush");
      assertThat(TokenGrant.of(parsed).toString()).contains("exchange").doesNotContain("hush");
      assertThat(ClientProofs.of(parsed, null, null).toString()).doesNotContain("hush");
    }
    assertThat(ClientProofs.of(TokenForm.parse(new byte[0]), "Basic Y3JtOmh1c2g=", null))
        .hasToString("Optional[Secret]");
  }

  @Test
  void answers_print_all_but_the_token() {
    var claims =
        new AccessTokenClaims(
            "https://token.litwareinc.com",
            "https://archive.litwareinc.com/",
            "kenmyer@litwareinc.com",
            "crm",
            "one",
            Instant.EPOCH,
            Instant.EPOCH,
            Instant.EPOCH,
            List.of(),
            List.of(),
            null,
            null);
    var issued = new Outcome.Issued(HIDDEN, new SignedAccessToken(HIDDEN, claims, "key"), true);

    assertThat(issued.toString()).contains("archive").doesNotContain("hush", "kenmyer");
    assertThat(new TokenAnswer(HIDDEN, "Bearer", 1, null, null, "fresh").toString())
        .doesNotContain("hush");
    assertThat(AcsAnswer.of(issued, Instant.EPOCH).toString()).doesNotContain("hush");
  }
}
