package dev.concordat.diagnosis;

import static dev.concordat.contracts.events.Diagnosis.Confidence.LIKELY;
import static dev.concordat.contracts.events.Diagnosis.Confidence.PROVED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.SipAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is proved on our own side before the partner is blamed for a refused token. */
class ProofsTest {

  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final URI EWS = URI.create("https://mail.litwareinc.com/EWS/Exchange.asmx");
  private static final URI OURS = URI.create("https://concordat.litwareinc.com/metadata/json/1");
  private static final URI THEIRS =
      URI.create("https://mail.litwareinc.com/autodiscover/metadata/json/1");
  private static final String US = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com";
  private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";
  private static final String KEY = "the-key-that-signed";

  @Test
  void a_document_of_ours_without_the_key_is_stale() {
    Diagnosis it = refused(ours(US, "another-key"));
    assertThat(it.code()).isEqualTo("our-metadata-stale");
    assertThat(it.confidence()).isEqualTo(PROVED);
  }

  @Test
  void a_document_of_ours_that_is_somebody_elses_names_the_settings() {
    Diagnosis it = refused(ours("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@contoso.com", KEY));
    assertThat(it.code()).isEqualTo("our-identity-differs");
    assertThat(it.remedies().getFirst().command())
        .contains("concordat.identity.realm=litwareinc.com");
  }

  @Test
  void a_document_of_ours_that_is_no_document_is_to_blame() {
    Diagnosis it =
        refused(
            new Observation.DocumentRead(
                Call.OUR_METADATA, OURS, null, List.of(), null, "it answers HTTP 502"));
    assertThat(it.code()).isEqualTo("our-metadata-unreachable");
    assertThat(it.confidence()).isEqualTo(PROVED);
  }

  @Test
  void that_we_have_no_way_to_our_own_url_is_only_shown() {
    Diagnosis it =
        refused(
            new Observation.DocumentRead(
                Call.OUR_METADATA,
                OURS,
                null,
                List.of(),
                new Unreached.ConnectFailed(),
                "nothing takes connections there"));
    assertThat(it.code()).isEqualTo("signature-refused");
    assertThat(it.confidence()).isEqualTo(LIKELY);
    assertThat(it.evidence()).anyMatch(line -> line.contains("nothing takes connections there"));
  }

  @Test
  void a_token_that_our_own_key_does_not_verify_is_ours_to_mend() {
    assertThat(refused(ours(US, KEY), new Observation.TokenVerified(false)).code())
        .isEqualTo("our-signature-broken");
  }

  @Test
  void a_token_that_our_own_key_verifies_proves_that_theirs_is_older() {
    Diagnosis it = refused(ours(US, KEY), new Observation.TokenVerified(true));
    assertThat(it.code()).isEqualTo("signature-refused");
    assertThat(it.confidence()).isEqualTo(PROVED);
  }

  @Test
  void a_document_of_theirs_with_another_identity_than_the_one_in_use_is_to_be_read_again() {
    Diagnosis it =
        refused(
            new Observation.DocumentRead(
                Call.THEIR_METADATA, THEIRS, EXCHANGE + "@contoso.com", List.of(), null, null));
    assertThat(it.code()).isEqualTo("partner-metadata-stale");
    assertThat(it.remedies().getFirst().command()).startsWith("./concordat partner refresh");
  }

  @ParameterizedTest
  @ValueSource(ints = {2000003, 2000004, 2000009})
  void a_name_that_is_refused_is_ours_to_mend_where_our_document_has_another(int code) {
    assertThat(diagnose(code, ours("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@contoso.com", KEY)).code())
        .isEqualTo("our-identity-differs");
    assertThat(
            diagnose(
                    code,
                    ours(US, KEY),
                    new Observation.DocumentRead(
                        Call.THEIR_METADATA,
                        THEIRS,
                        EXCHANGE + "@contoso.com",
                        List.of(),
                        null,
                        null))
                .code())
        .isEqualTo("partner-metadata-stale");
    assertThat(diagnose(code, ours(US, KEY)).code())
        .isIn("audience-refused", "realm-unknown", "issuer-unknown");
  }

  @Test
  void a_token_for_another_host_than_the_one_called_is_ours_to_mend() {
    assertThat(
            diagnose(
                    2000000,
                    new Observation.TokenIssued(
                        EWS, KEY, EXCHANGE + "/other.litwareinc.com@litwareinc.com", true))
                .code())
        .isEqualTo("audience-refused");
  }

  @Test
  void a_server_that_refuses_what_another_of_its_name_took_is_the_odd_one() {
    Diagnosis it = refused(answered(200, "EX01", new Reply.Done(), List.of()));
    assertThat(it.code()).isEqualTo("server-differs");
    assertThat(it.confidence()).isEqualTo(PROVED);
    assertThat(it.evidence()).contains("x-feserver: EX02");
  }

  private static Observation.DocumentRead ours(String issuer, String... keys) {
    return new Observation.DocumentRead(Call.OUR_METADATA, OURS, issuer, List.of(keys), null, null);
  }

  private static Diagnosis refused(Observation... more) {
    var seen =
        new ArrayList<Observation>(
            List.of(
                new Observation.TokenIssued(
                    EWS, KEY, EXCHANGE + "/mail.litwareinc.com@litwareinc.com", true)));
    seen.addAll(List.of(more));
    return diagnose(2000000, seen.toArray(Observation[]::new));
  }

  private static Diagnosis diagnose(int code, Observation... before) {
    Observation decisive =
        answered(
            401,
            "EX02",
            new Reply.Foreign(Reply.Foreign.Form.EMPTY, ""),
            List.of(
                "%d;reason=\"As was asked for.\";error_category=\"%s\""
                    .formatted(code, code == 2000000 ? "invalid_signature" : "")));
    var seen = new ArrayList<>(List.of(before));
    seen.add(decisive);
    return ProbeDiagnosis.of(
        decisive,
        seen,
        new Deployment(
            "exchange",
            null,
            new MetadataRefreshed(
                "exchange",
                MetadataRefreshed.Outcome.UNCHANGED,
                new AuthMetadataDocument(
                    null,
                    "1.0",
                    "Exchange",
                    null,
                    null,
                    EXCHANGE + "@litwareinc.com",
                    List.of(),
                    List.of(),
                    List.of()),
                NOW,
                null,
                null,
                List.of(),
                List.of(),
                null),
            SipAddress.parse("sip:kenmyer@litwareinc.com"),
            PrincipalName.parse(US),
            OURS,
            URI.create("http://token-service:8083"),
            Map.of(),
            NOW));
  }

  private static Observation.Answered answered(
      int status, String server, Reply reply, List<String> diagnostics) {
    return new Observation.Answered(
        Call.GET_FOLDER,
        EWS,
        status,
        reply,
        status == 401 ? List.of("Bearer client_id=\"" + EXCHANGE + "\"") : List.of(),
        diagnostics,
        Map.of("x-feserver", server),
        NOW,
        NOW);
  }
}
