package dev.concordat.metadata.health;

import static dev.concordat.metadata.Certificates.certificate;
import static dev.concordat.metadata.Certificates.document;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.metadata.health.PartnerHealth.Status;
import dev.concordat.metadata.health.PartnerHealth.Thresholds;
import dev.concordat.metadata.health.PartnerHealth.Warning;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartnerHealthTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final String ISSUER = "00000002-0000-0ff1-ce00-000000000000@litwareinc.com";
  private static final Thresholds THRESHOLDS =
      new Thresholds(Duration.ofDays(30), Duration.ofDays(14), Duration.ofHours(1));
  private static final SigningCertificate GOOD = ending(300);
  private static final SigningCertificate SOON = ending(9);
  private static final SigningCertificate OVER = ending(-1);
  private static final Problem SILENT =
      Problem.of("metadata-timeout", "Too slow", 502, "It does not answer.");

  @Test
  void a_partner_that_was_read_a_while_ago_and_has_a_certificate_for_long_is_healthy() {
    PartnerHealth health = of(reading(Outcome.UNCHANGED, null, null, 200L, GOOD));

    assertThat(health.status()).isEqualTo(Status.HEALTHY);
    assertThat(health.warnings()).isEmpty();
    assertThat(health.certificateEnds()).isEqualTo(GOOD.notAfter());
  }

  @Test
  void the_last_certificate_counts_not_the_first_that_ends() {
    assertThat(of(reading(Outcome.UNCHANGED, null, null, null, SOON, GOOD)).status())
        .isEqualTo(Status.HEALTHY);

    PartnerHealth soon = of(reading(Outcome.UNCHANGED, null, null, null, OVER, SOON));
    assertThat(soon.status()).isEqualTo(Status.EXPIRING);
    assertThat(soon.warnings())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.code()).isEqualTo("certificate-ends");
              assertThat(it.detail()).contains("in 9 days");
            });
  }

  @Test
  void without_a_valid_certificate_nothing_is_accepted() {
    assertThat(of(reading(Outcome.UNCHANGED, null, null, null, OVER)).status())
        .isEqualTo(Status.BROKEN);
    assertThat(codes(of(reading(Outcome.UNCHANGED, null, null, null, OVER))))
        .containsExactly("no-valid-certificate");
    assertThat(of(reading(Outcome.UNREACHABLE, SILENT, 60L, null)).status())
        .isEqualTo(Status.BROKEN);
  }

  @Test
  void a_partner_that_is_silent_works_with_its_last_document_and_for_long_says_so() {
    PartnerHealth blip = of(reading(Outcome.UNREACHABLE, SILENT, 60L, null, GOOD));
    assertThat(blip.status()).isEqualTo(Status.STALE);
    assertThat(codes(blip)).containsExactly("unreachable");
    assertThat(blip.warnings().getFirst().detail()).contains("It does not answer.");

    assertThat(codes(of(reading(Outcome.UNREACHABLE, SILENT, 7200L, null, GOOD))))
        .containsExactly("unreachable-for-long");
  }

  @Test
  void another_identity_is_a_conflict_while_the_document_before_works() {
    PartnerHealth health =
        of(
            reading(
                Outcome.CONFLICT,
                Problem.of("identity-conflict", "Other", 409, "It is another."),
                null,
                null,
                GOOD));

    assertThat(health.status()).isEqualTo(Status.CONFLICT);
    assertThat(health.warnings().getFirst().detail()).isEqualTo("It is another.");
  }

  @Test
  void a_tls_certificate_near_its_end_is_told_before_the_document_can_not_be_read() {
    PartnerHealth health = of(reading(Outcome.UNCHANGED, null, null, 13L, GOOD));

    assertThat(health.status()).isEqualTo(Status.EXPIRING);
    assertThat(health.warnings().getFirst().detail()).contains("in 13 days");
    assertThat(of(reading(Outcome.UNCHANGED, null, null, 15L, GOOD)).status())
        .isEqualTo(Status.HEALTHY);
  }

  @Test
  void what_is_disabled_or_not_read_yet_needs_nobody() {
    assertThat(
            PartnerHealth.of(partner(false, byMetadata()), Optional.empty(), THRESHOLDS, NOW)
                .status())
        .isEqualTo(Status.DISABLED);
    assertThat(
            PartnerHealth.of(partner(true, byMetadata()), Optional.empty(), THRESHOLDS, NOW)
                .status())
        .isEqualTo(Status.PENDING);
  }

  @Test
  void certificates_given_by_hand_end_too() {
    assertThat(byHand(GOOD).status()).isEqualTo(Status.HEALTHY);
    assertThat(byHand(SOON).status()).isEqualTo(Status.EXPIRING);
    assertThat(byHand(OVER).status()).isEqualTo(Status.BROKEN);
    assertThat(
            PartnerHealth.of(
                    partner(true, new Trust.ByTokenServer("sts")),
                    Optional.empty(),
                    THRESHOLDS,
                    NOW)
                .status())
        .isEqualTo(Status.HEALTHY);
  }

  @Test
  void what_is_odd_about_a_document_is_told_without_alarm() {
    var odd =
        new MetadataRefreshed(
            "exchange",
            Outcome.UNCHANGED,
            document(ISSUER, GOOD),
            NOW,
            null,
            null,
            List.of(),
            List.of(GOOD.summary()),
            null,
            List.of("weak-key", "x5t-mismatch"),
            null,
            null);

    PartnerHealth health = of(odd);

    assertThat(health.status()).isEqualTo(Status.HEALTHY);
    assertThat(codes(health)).containsExactly("weak-key", "x5t-mismatch");
    assertThat(health.warnings()).allSatisfy(it -> assertThat(it.detail()).endsWith("."));
  }

  private static List<String> codes(PartnerHealth health) {
    return health.warnings().stream().map(Warning::code).toList();
  }

  private static PartnerHealth of(MetadataRefreshed reading) {
    return PartnerHealth.of(partner(true, byMetadata()), Optional.of(reading), THRESHOLDS, NOW);
  }

  private static PartnerHealth byHand(SigningCertificate certificate) {
    return PartnerHealth.of(
        partner(true, new Trust.ByCertificates(List.of(certificate.base64()))),
        Optional.empty(),
        THRESHOLDS,
        NOW);
  }

  private static MetadataRefreshed reading(
      Outcome outcome,
      @Nullable Problem problem,
      @Nullable Long failingForSeconds,
      @Nullable Long tlsDays,
      SigningCertificate... certificates) {
    return new MetadataRefreshed(
        "exchange",
        outcome,
        certificates.length == 0 ? null : document(ISSUER, certificates),
        NOW,
        null,
        null,
        List.of(),
        Arrays.stream(certificates).map(SigningCertificate::summary).toList(),
        problem,
        List.of(),
        failingForSeconds == null ? null : NOW.minusSeconds(failingForSeconds),
        tlsDays == null ? null : NOW.plus(Duration.ofDays(tlsDays)));
  }

  private static Trust byMetadata() {
    return new Trust.ByMetadata("https://autodiscover.litwareinc.com/x", null, null);
  }

  private static PartnerRegistered partner(boolean enabled, Trust trust) {
    return new PartnerRegistered(
        "exchange",
        PartnerKind.EXCHANGE,
        null,
        null,
        TrustLevel.FULL,
        enabled,
        trust,
        List.of(),
        null,
        null,
        null,
        1,
        NOW,
        "admin");
  }

  private static SigningCertificate ending(int days) {
    return certificate(2048, NOW.minus(Duration.ofDays(100)), NOW.plus(Duration.ofDays(days)));
  }
}
