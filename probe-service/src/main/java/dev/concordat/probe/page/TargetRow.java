package dev.concordat.probe.page;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.probe.results.RecentResults.Target;
import dev.concordat.probe.results.RunHistory.Run;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A target in the list.
 *
 * @param latest its latest result; absent while there is none
 * @param runs its last runs, the oldest first
 * @param scheduled whether its partner's settings have it probed
 * @param now when this was looked at
 */
record TargetRow(
    Target target,
    TargetState state,
    @Nullable ProbeCompleted latest,
    List<Run> runs,
    boolean scheduled,
    Instant now) {

  public String partner() {
    return target.partner();
  }

  /** The mailbox without {@code sip:}. */
  public String mailbox() {
    return target.sipAddress().startsWith("sip:")
        ? target.sipAddress().substring(4)
        : target.sipAddress();
  }

  public String kind() {
    return Words.of(target.kind());
  }

  /** Where it is shown in full. */
  public String link() {
    return "/target?partner=%s&mailbox=%s&kind=%s"
        .formatted(
            encoded(target.partner()),
            encoded(target.sipAddress()),
            encoded(Words.label(target.kind())));
  }

  /** The list with the targets of its partner. */
  public String partnerLink() {
    return "/?partner=" + encoded(target.partner());
  }

  public String anchor() {
    return "t-" + Integer.toHexString(target.hashCode());
  }

  /** When it was last probed, as {@code 12 s ago}. */
  public String when() {
    return latest == null ? "never" : Words.ago(latest.startedAt(), now);
  }

  public String startedAt() {
    return latest == null ? "" : Words.time(latest.startedAt());
  }

  public String duration() {
    return latest == null ? "" : Words.duration(latest.duration());
  }

  /** What is wrong, in a sentence; empty where nothing is. */
  public String cause() {
    return switch (state) {
      case PASSING -> failedLast() ? "Only the latest: " + diagnosed() : "";
      case WAITING -> "Not probed yet";
      case SILENT -> "No result for three intervals";
      case MAINTAINED -> "Not probed by schedule while its partner is maintained";
      case BEHIND -> "As most at %s: %s".formatted(partner(), diagnosed());
      case FAILING -> failedLast() ? diagnosed() : "Passed again, but not often enough yet";
    };
  }

  private boolean failedLast() {
    return latest != null && !Overview.passed(latest);
  }

  private String diagnosed() {
    Diagnosis diagnosis = latest == null ? null : latest.diagnosis();
    return diagnosis == null ? "Did not pass" : diagnosis.summary();
  }

  public Bars history() {
    return Bars.of(runs, 24);
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
