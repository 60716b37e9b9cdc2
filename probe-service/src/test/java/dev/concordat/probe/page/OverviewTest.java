package dev.concordat.probe.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeCompleted.Outcome;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.probe.page.Overview.Filter;
import dev.concordat.probe.results.RecentResults.Target;
import dev.concordat.probe.results.RunHistory.Run;
import dev.concordat.probe.results.TargetStates.Standing;
import dev.concordat.probe.results.TargetStates.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OverviewTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
  private static final Standing NOTHING_KNOWN = new Standing(Map.of(), Map.of());
  private static final ProbeSettings EVERY_MINUTE =
      new ProbeSettings(List.of(), null, Duration.ofMinutes(1), null);

  @Test
  void what_fails_stands_first_then_what_is_silent_then_what_waits() {
    var overview =
        overview(
            List.of(
                result("ann", Outcome.PASSED, NOW.minusSeconds(20)),
                result("bob", Outcome.FAILED, NOW.minusSeconds(20)),
                result("cat", Outcome.PASSED, NOW.minusSeconds(200)),
                result("eve", Outcome.CANCELLED, NOW.minusSeconds(9000))),
            "ann",
            "bob",
            "cat",
            "dan");
    assertThat(overview.targets())
        .extracting(it -> it.mailbox() + " " + it.state().label())
        .containsExactly(
            "bob@litwareinc.com failing",
            "eve@litwareinc.com failing",
            "cat@litwareinc.com silent",
            "dan@litwareinc.com waiting",
            "ann@litwareinc.com passing");
    assertThat(overview.count(TargetState.FAILING)).isEqualTo(2);
  }

  @Test
  void a_partner_shows_its_targets_its_document_and_the_days_its_certificate_has_left() {
    var partner =
        overview(List.of(result("ann", Outcome.FAILED, NOW)), "ann").partners().getFirst();
    assertThat(partner.words()).isEqualTo("0 of 1 target passing");
    assertThat(partner.worst()).isEqualTo(TargetState.FAILING);
    assertThat(partner.document().words()).isEqualTo("document read 2 h ago");
    assertThat(partner.certificates())
        .extracting(it -> it.words() + " " + it.tone())
        .containsExactly("ended bad", "12 days warn", "400 days good");
  }

  @Test
  void a_state_is_more_than_the_latest_result() {
    List<ProbeCompleted> latest =
        List.of(
            result("once", Outcome.FAILED, NOW),
            result("still", Outcome.PASSED, NOW),
            result("behind", Outcome.FAILED, NOW),
            result("new", Outcome.FAILED, NOW));
    var standing =
        new Standing(
            Map.of(
                target("once"), State.PASSING,
                target("still"), State.FAILING,
                target("behind"), State.BEHIND_PARTNER,
                target("new"), State.UNKNOWN),
            Map.of("exchange", "oauth-not-offered"));
    var overview = overview(latest, standing, false, "once", "still", "behind", "new");
    assertThat(overview.targets())
        .extracting(it -> it.mailbox() + " " + it.state().label() + ": " + it.cause())
        .containsExactly(
            "new@litwareinc.com failing: Did not pass",
            "still@litwareinc.com failing: Passed again, but not often enough yet",
            "behind@litwareinc.com behind: As most at exchange: Did not pass",
            "once@litwareinc.com passing: Only the latest: Did not pass");
    assertThat(overview.partners().getFirst().notes())
        .extracting(PartnerRow.Note::words)
        .containsExactly("fails as a whole: oauth-not-offered");
  }

  @Test
  void a_partner_under_maintenance_is_not_probed_and_so_neither_fails_nor_is_silent() {
    var overview =
        overview(
            List.of(
                result("ann", Outcome.FAILED, NOW),
                result("cat", Outcome.PASSED, NOW.minusSeconds(900))),
            NOTHING_KNOWN,
            true,
            "ann",
            "cat",
            "dan");
    assertThat(overview.count(TargetState.MAINTAINED)).isEqualTo(3);
    assertThat(overview.partners().getFirst().notes())
        .extracting(PartnerRow.Note::words)
        .containsExactly("under maintenance");
  }

  @Test
  void a_filter_looks_at_mailbox_partner_and_cause() {
    var overview =
        overview(
            List.of(result("ann", Outcome.PASSED, NOW), result("bob", Outcome.FAILED, NOW)),
            "ann",
            "bob",
            "cat");
    assertThat(overview.matching(new Filter("ANN", "", ""))).hasSize(1);
    assertThat(overview.matching(new Filter("not probed", "", ""))).hasSize(1);
    assertThat(overview.matching(new Filter("", "exchange", "failing"))).hasSize(1);
    assertThat(overview.matching(new Filter("", "elsewhere", ""))).isEmpty();
  }

  @Test
  void many_targets_share_a_square_that_shows_the_worst_of_them() {
    var mosaic =
        Mosaic.of(
            java.util.stream.Stream.concat(
                    java.util.stream.Stream.of(TargetState.FAILING),
                    Collections.nCopies(4999, TargetState.PASSING).stream())
                .toList());
    assertThat(mosaic.each()).isEqualTo(5);
    assertThat(mosaic.paths()).extracting(Mosaic.Path::state).contains(TargetState.FAILING);
    assertThat(mosaic.paths().getFirst().data()).isEqualTo("M0 0h6v6h-6z");
  }

  @Test
  void the_bars_end_with_the_newest_run_and_say_themselves_in_words() {
    var bars =
        Bars.of(
            List.of(
                new Run(NOW, 100, Outcome.PASSED),
                new Run(NOW.plusSeconds(60), 50, Outcome.FAILED)),
            24);
    assertThat(bars.passed()).isEqualTo("M88 0h3v16h-3z");
    assertThat(bars.failed()).isEqualTo("M92 0h3v16h-3z");
    assertThat(bars.words()).isEqualTo("1 of the last 2 passed");
  }

  private static Overview overview(List<ProbeCompleted> latest, String... scheduled) {
    return overview(latest, NOTHING_KNOWN, false, scheduled);
  }

  private static Overview overview(
      List<ProbeCompleted> latest, Standing standing, boolean maintained, String... scheduled) {
    Map<Target, ProbeSettings> wanted = new java.util.HashMap<>();
    for (String name : scheduled) {
      wanted.put(target(name), EVERY_MINUTE);
    }
    return Overview.of(
        List.of(exchange()),
        _ -> Optional.of(document()),
        wanted,
        latest,
        standing,
        _ -> maintained,
        _ -> List.of(),
        Duration.ofMinutes(5),
        NOW);
  }

  private static Target target(String name) {
    return new Target(
        "exchange", "sip:" + name + "@litwareinc.com", ProbeKind.CONVERSATION_HISTORY);
  }

  private static ProbeCompleted result(String name, Outcome outcome, Instant at) {
    return new ProbeCompleted(
        name + at,
        "exchange",
        target(name).sipAddress(),
        ProbeKind.CONVERSATION_HISTORY,
        outcome,
        at,
        10,
        List.of(),
        null,
        null,
        null,
        true,
        ProbeTrigger.SCHEDULE,
        "a test");
  }

  private static PartnerRegistered exchange() {
    return new PartnerRegistered(
        "exchange",
        PartnerKind.EXCHANGE,
        null,
        null,
        TrustLevel.FULL,
        true,
        null,
        List.of(),
        null,
        null,
        null,
        1,
        NOW,
        "a test");
  }

  private static MetadataRefreshed document() {
    return new MetadataRefreshed(
        "exchange",
        MetadataRefreshed.Outcome.UNCHANGED,
        null,
        NOW.minus(Duration.ofHours(2)),
        null,
        null,
        List.of(),
        List.of(certificate(400), certificate(-1), certificate(12)),
        null);
  }

  private static CertificateSummary certificate(int days) {
    return new CertificateSummary(
        "AB", "CN=x", NOW.minus(Duration.ofDays(500)), NOW.plus(Duration.ofDays(days)), 2048);
  }
}
