package dev.concordat.probe.browser;

import dev.concordat.contracts.events.CertificateSummary;
import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeCompleted.Outcome;
import dev.concordat.contracts.events.ProbeCompleted.TokenSource;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.contracts.events.ProbeTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Results as a middle-sized deployment has them, the same in each run but for their times. */
final class Demonstration {

  private static final List<String> STAGES =
      List.of("challenge", "token", "autodiscover", "folder", "create", "verify", "delete");

  private final Random random = new Random(8);
  private final Instant now;

  Demonstration(Instant now) {
    this.now = now;
  }

  static String mailbox(int i) {
    return "sip:user%04d@litwareinc.com".formatted(i);
  }

  /** A target's last runs; every 40th target fails since a while. */
  List<ProbeCompleted> runs(String partner, int target, int count) {
    var runs = new ArrayList<ProbeCompleted>();
    boolean fails = target % 40 == 7;
    for (int i = count - 1; i >= 0; i--) {
      Instant start = now.minus(Duration.ofMinutes(5L * i)).minusSeconds(target % 280 + 5L);
      boolean failed = (fails && i < 3) || (!fails && i > 0 && random.nextInt(60) == 0);
      runs.add(run(partner, mailbox(target), start, failed));
    }
    return runs;
  }

  ProbeCompleted run(String partner, String mailbox, Instant start, boolean failed) {
    var stages = new ArrayList<ProbeStage>();
    long whole = 0;
    for (String stage : STAGES) {
      long took = 12L + random.nextInt(60) + (stage.equals("autodiscover") ? 60 : 0);
      boolean skipped = failed && stages.size() > 3;
      boolean broken = failed && stage.equals("folder");
      stages.add(
          new ProbeStage(
              stage,
              skipped
                  ? ProbeStage.Outcome.SKIPPED
                  : broken ? ProbeStage.Outcome.FAILED : ProbeStage.Outcome.PASSED,
              skipped ? 0 : took,
              skipped || stage.equals("token") ? null : stage.equals("challenge") ? 401 : 200,
              skipped ? null : broken ? "The mailbox is full." : detail(stage)));
      whole += skipped ? 0 : took;
    }
    return new ProbeCompleted(
        partner + mailbox + start,
        partner,
        mailbox,
        ProbeKind.CONVERSATION_HISTORY,
        failed ? Outcome.FAILED : Outcome.PASSED,
        start,
        whole,
        stages,
        failed
            ? new Diagnosis(
                "quota-exceeded",
                "The mailbox is full.",
                Diagnosis.Confidence.PROVED,
                List.of(
                    "GetFolder at https://mail.litwareinc.com/EWS/Exchange.asmx answered HTTP 200,"
                        + " ErrorQuotaExceeded: The mailbox has exceeded its quota."),
                List.of(
                    new Diagnosis.Remedy(
                        "any Exchange server of " + partner + " (Exchange Management Shell)",
                        "Get-Mailbox -Identity '%s' | Format-List ProhibitSendReceiveQuota,UseDatabaseQuotaDefaults"
                            .formatted(mailbox.substring(4)),
                        "Shows the mailbox's quota; raise it, or have its owner tidy up.")))
            : null,
        "Yw1dqGMZ3tbg2PGkzLwKZQ",
        TokenSource.FRESH,
        true,
        ProbeTrigger.SCHEDULE,
        "probe-7c9d");
  }

  private static String detail(String stage) {
    return switch (stage) {
      case "challenge" -> "autodiscover.litwareinc.com offers OAuth and trusts us";
      case "token" -> "signed afresh for autodiscover.litwareinc.com";
      case "autodiscover" -> "https://mail.litwareinc.com/EWS/Exchange.asmx";
      case "folder" -> "Conversation History found";
      case "create" -> "IPM.Note.Microsoft.Conversation";
      case "verify" -> "subject, class and marker are as written";
      default -> "deleted for good";
    };
  }

  MetadataRefreshed document(String partner, int... days) {
    var certificates = new ArrayList<CertificateSummary>();
    for (int left : days) {
      certificates.add(
          new CertificateSummary(
              "3D4C0B9A11F2",
              "CN=Microsoft Exchange Server Auth Certificate",
              now.minus(Duration.ofDays(300)),
              now.plus(Duration.ofDays(left)).plusSeconds(3600),
              2048));
    }
    return new MetadataRefreshed(
        partner,
        MetadataRefreshed.Outcome.UNCHANGED,
        null,
        now.minus(Duration.ofMinutes(12)),
        null,
        null,
        List.of(),
        certificates,
        null);
  }
}
