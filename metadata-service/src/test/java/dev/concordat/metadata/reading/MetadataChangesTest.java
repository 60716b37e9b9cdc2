package dev.concordat.metadata.reading;

import static dev.concordat.metadata.Certificates.certificate;
import static dev.concordat.metadata.Certificates.document;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.MetadataChange;
import dev.concordat.contracts.events.MetadataChange.Kind;
import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.metadata.reading.MetadataChanges.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetadataChangesTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000@litwareinc.com";
  private static final SigningCertificate FIRST =
      certificate(2048, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(300)));
  private static final SigningCertificate SECOND =
      certificate(2048, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(600)));

  private static Judgement judge(AuthMetadataDocument before, Fetched fetched) {
    return judge(null, null, before, fetched, false);
  }

  private static Judgement judge(
      String identifier,
      String realm,
      AuthMetadataDocument before,
      Fetched fetched,
      boolean accepted) {
    return MetadataChanges.judge(
        new PartnerRegistered(
            "exchange",
            PartnerKind.EXCHANGE,
            identifier,
            realm,
            TrustLevel.FULL,
            true,
            new Trust.ByMetadata("https://autodiscover.litwareinc.com/x", null, null),
            List.of(),
            null,
            null,
            null,
            1,
            NOW,
            "admin"),
        before == null ? null : Known.of(before),
        fetched,
        accepted,
        NOW);
  }

  private static AuthMetadataDocument inUse(Judgement judgement) {
    return judgement.inUse() == null ? null : judgement.inUse().document();
  }

  private static Fetched read(AuthMetadataDocument document) {
    return new Fetched.Document(document, List.of(), null, Optional.empty(), Optional.empty());
  }

  @Test
  void the_first_document_is_a_change_and_in_use() {
    Judgement judgement = judge(null, read(document(EXCHANGE, FIRST)));

    assertThat(judgement.outcome()).isEqualTo(Outcome.CHANGED);
    assertThat(inUse(judgement)).isEqualTo(document(EXCHANGE, FIRST));
    assertThat(judgement.problem()).isNull();
  }

  @Test
  void the_same_document_again_is_unchanged_also_when_the_server_only_says_so() {
    var document = document(EXCHANGE, FIRST);

    assertThat(judge(document, read(document)).outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(
            judge(document, new Fetched.Unmodified("\"1\"", Optional.empty(), Optional.empty()))
                .outcome())
        .isEqualTo(Outcome.UNCHANGED);
  }

  @Test
  void keys_that_come_and_go_are_named_by_their_thumbprints() {
    Judgement judgement = judge(document(EXCHANGE, FIRST), read(document(EXCHANGE, SECOND)));

    assertThat(judgement.outcome()).isEqualTo(Outcome.CHANGED);
    assertThat(judgement.changes())
        .extracting(MetadataChange::kind)
        .containsExactly(Kind.KEY_ADDED, Kind.KEY_REMOVED);
    assertThat(judgement.changes().get(0).detail()).contains(SECOND.thumbprint());
    assertThat(judgement.changes().get(1).detail()).contains(FIRST.thumbprint());
  }

  @Test
  void a_reading_that_fails_leaves_the_last_good_document_in_use() {
    var before = document(EXCHANGE, FIRST);
    var problem = Problem.of("metadata-timeout", "t", 502, "d");

    Judgement silent = judge(before, new Fetched.Unreachable(problem));
    assertThat(silent.outcome()).isEqualTo(Outcome.UNREACHABLE);
    assertThat(inUse(silent)).isEqualTo(before);
    Judgement nonsense = judge(before, new Fetched.Unusable(problem));
    assertThat(nonsense.outcome()).isEqualTo(Outcome.INVALID);
    assertThat(inUse(nonsense)).isEqualTo(before);
    assertThat(nonsense.problem().code()).isEqualTo("metadata-timeout");
  }

  @Test
  void another_identity_than_before_is_a_conflict_and_not_used_until_accepted() {
    var before = document(EXCHANGE, FIRST);
    var other = document("00000002-0000-0ff1-ce00-000000000000@contoso.com", SECOND);

    Judgement conflict = judge(before, read(other));
    assertThat(conflict.outcome()).isEqualTo(Outcome.CONFLICT);
    assertThat(inUse(conflict)).isEqualTo(before);
    assertThat(conflict.changes())
        .extracting(MetadataChange::kind)
        .containsExactly(Kind.REALM_CHANGED);
    assertThat(conflict.problem().detail()).contains("partner accept exchange");

    Judgement accepted = judge(null, null, before, read(other), true);
    assertThat(accepted.outcome()).isEqualTo(Outcome.CHANGED);
    assertThat(inUse(accepted)).isEqualTo(other);
  }

  @Test
  void what_was_registered_comes_before_what_an_admin_accepts_here() {
    var other = document("00000002-0000-0ff1-ce00-000000000000@contoso.com", SECOND);

    Judgement judgement = judge(null, "litwareinc.com", null, read(other), true);

    assertThat(judgement.outcome()).isEqualTo(Outcome.CONFLICT);
    assertThat(judgement.problem().detail()).contains("register the partner");
  }

  @Test
  void another_product_than_registered_is_a_conflict_from_the_first_reading_on() {
    Judgement judgement =
        judge(
            "00000004-0000-0ff1-ce00-000000000000",
            null,
            null,
            read(document(EXCHANGE, FIRST)),
            false);

    assertThat(judgement.outcome()).isEqualTo(Outcome.CONFLICT);
    assertThat(inUse(judgement)).isNull();
    assertThat(judgement.changes())
        .extracting(MetadataChange::kind)
        .containsExactly(Kind.APPLICATION_IDENTIFIER_CHANGED);
  }

  @Test
  void an_open_realm_is_used_only_where_the_registration_pins_one() {
    var open = document("00000002-0000-0ff1-ce00-000000000000@*", FIRST);

    assertThat(judge(null, read(open)).problem().code()).isEqualTo("realm-unpinned");
    assertThat(judge(null, "litwareinc.com", null, read(open), false).outcome())
        .isEqualTo(Outcome.CHANGED);
  }

  @Test
  void certificates_near_and_past_their_end_are_told_and_a_document_without_a_valid_one_says_so() {
    var ending = certificate(2048, NOW.minus(Duration.ofDays(9)), NOW.plus(Duration.ofDays(9)));
    var ended = certificate(2048, NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1)));

    Judgement both = judge(null, read(document(EXCHANGE, ending, ended)));
    assertThat(both.changes())
        .extracting(MetadataChange::kind)
        .containsExactly(Kind.KEY_EXPIRING, Kind.KEY_EXPIRED);
    assertThat(both.problem()).isNull();

    Judgement onlyEnded = judge(null, read(document(EXCHANGE, ended)));
    assertThat(onlyEnded.outcome()).isEqualTo(Outcome.CHANGED);
    assertThat(inUse(onlyEnded)).isNotNull();
    assertThat(onlyEnded.problem().code()).isEqualTo("certificate-expired");
  }

  @Test
  void a_weaker_key_than_before_is_told() {
    var weak = certificate(1024, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(300)));

    assertThat(judge(document(EXCHANGE, FIRST), read(document(EXCHANGE, FIRST, weak))).changes())
        .extracting(MetadataChange::kind)
        .contains(Kind.WEAKER_THAN_BEFORE);
  }

  @Test
  void each_change_says_what_it_means_for_traffic_now() {
    var later = certificate(2048, NOW.plus(Duration.ofDays(2)), NOW.plus(Duration.ofDays(300)));
    var ending = certificate(2048, NOW.minus(Duration.ofDays(9)), NOW.plus(Duration.ofDays(9)));

    assertThat(details(judge(document(EXCHANGE, FIRST), read(document(EXCHANGE, SECOND)))))
        .satisfiesExactly(
            it -> assertThat(it).contains("are accepted from now on"),
            it -> assertThat(it).contains("are refused from now on"));
    assertThat(details(judge(document(EXCHANGE, FIRST), read(document(EXCHANGE, FIRST, later)))))
        .singleElement()
        .satisfies(it -> assertThat(it).contains("are accepted from " + later.notBefore() + " on"));
    assertThat(details(judge(null, read(document(EXCHANGE, ending)))))
        .singleElement()
        .satisfies(it -> assertThat(it).contains("in 9 days", "the next one must be published"));
    assertThat(details(judge(null, read(document(EXCHANGE, ending, FIRST)))))
        .singleElement()
        .satisfies(it -> assertThat(it).contains("another key lasts longer"));
  }

  @Test
  void a_reading_that_gives_nothing_to_use_says_how_long_traffic_goes_on() {
    var silence = new Fetched.Unreachable(Problem.of("metadata-timeout", "t", 502, "d"));
    var ended = certificate(2048, NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1)));

    assertThat(traffic(judge(document(EXCHANGE, FIRST), silence)))
        .contains("goes on", FIRST.notAfter().toString());
    assertThat(traffic(judge(document(EXCHANGE, ended), silence))).contains("nothing");
    assertThat(traffic(judge(null, silence))).contains("nothing");
    assertThat(
            traffic(
                judge(
                    document(EXCHANGE, FIRST),
                    read(document("00000002-0000-0ff1-ce00-000000000000@contoso.com", SECOND)))))
        .contains("goes on");
  }

  @Test
  void a_discovery_document_of_another_issuer_is_a_conflict() {
    var before = discovered("https://sts.litwareinc.com", FIRST);
    var after = discovered("https://sts.contoso.com", SECOND);

    Judgement judgement = judge(before, read(after));

    assertThat(judgement.outcome()).isEqualTo(Outcome.CONFLICT);
    assertThat(inUse(judgement)).isEqualTo(before);
    assertThat(judgement.changes())
        .extracting(MetadataChange::kind)
        .containsExactly(Kind.ISSUER_CHANGED);
  }

  private static AuthMetadataDocument discovered(String issuer, SigningCertificate certificate) {
    var plain = document(EXCHANGE, certificate);
    return new AuthMetadataDocument(
        null,
        null,
        null,
        plain.realm(),
        plain.serviceName(),
        plain.issuer(),
        List.of(),
        plain.keys(),
        List.of(new AuthMetadataDocument.Endpoint(issuer, "OpenID", "issuer")));
  }

  private static List<String> details(Judgement judgement) {
    return judgement.changes().stream().map(MetadataChange::detail).toList();
  }

  private static String traffic(Judgement judgement) {
    return String.valueOf(judgement.problem().extensions().get("traffic"));
  }
}
