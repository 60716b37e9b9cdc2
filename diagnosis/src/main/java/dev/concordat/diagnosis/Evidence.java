package dev.concordat.diagnosis;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a diagnosis shows of what was seen: the decisive thing first, then what goes with it. */
final class Evidence {

  /** From here on a difference of clocks is worth a line. */
  private static final Duration NOTABLE_SKEW = Duration.ofMinutes(1);

  private static final int MOST_LINES = 32;

  private Evidence() {}

  static List<String> of(Observation decisive, List<Observation> seen, Deployment here) {
    Set<String> lines = new LinkedHashSet<>(lines(decisive, true));
    seen.stream()
        .filter(it -> !it.equals(decisive) && tells(it))
        .map(it -> lines(it, false))
        .forEach(lines::addAll);
    var metadata = here.metadata();
    if (metadata != null && metadata.problem() != null) {
      lines.add(
          "its metadata document was last read with the outcome %s: %s"
              .formatted(
                  metadata.outcome().name().toLowerCase(java.util.Locale.ROOT),
                  Shown.text(String.valueOf(metadata.problem().detail()))));
    }
    return lines.stream().limit(MOST_LINES).toList();
  }

  /** What passed tells nothing about a failure, but for the challenge and the token. */
  private static boolean tells(Observation it) {
    return switch (it) {
      case Observation.DocumentRead _, Observation.TokenVerified _ -> true;
      case Observation.Answered answered ->
          answered.call() == Call.CHALLENGE || !(answered.reply() instanceof Reply.Done);
      default -> true;
    };
  }

  private static List<String> lines(Observation observation, boolean whole) {
    return switch (observation) {
      case Observation.Answered it -> answered(it, whole);
      case Observation.Unanswered it -> unanswered(it);
      case Observation.TokenIssued it ->
          List.of(
              "the token for %s: key %s, audience %s, %s"
                  .formatted(
                      it.url().getHost(),
                      it.signingKey(),
                      it.audience(),
                      it.fresh() ? "signed afresh" : "from the cache"));
      case Observation.TokenRefused it ->
          List.of(
              "the token-service answered HTTP %d, %s%s: %s"
                  .formatted(
                      it.status(),
                      it.error(),
                      it.reason().isEmpty() ? "" : " (" + it.reason() + ")",
                      it.description()));
      case Observation.DocumentRead it -> List.of(document(it));
      case Observation.TokenVerified it ->
          List.of(
              it.holds()
                  ? "our token's signature holds by the key in our document"
                  : "our token's signature does not hold by the key in our document");
      case Observation.TokenServiceSilent it -> List.of(it.sentence());
      case Observation.AssertionUnreadable it -> List.of(it.file() + ": " + it.why());
      case Observation.PartnerGone it ->
          List.of(it.disabled() ? "its registration says enabled: false" : "no registration");
      case Observation.NoEwsUrl it ->
          List.of(
              it.given() == null
                  ? shown(it.url()) + " answered without an EWS URL"
                  : shown(it.url()) + " gave the EWS URL " + Shown.text(it.given()));
      case Observation.RedirectNotFollowed it ->
          List.of(
              "%s at %s redirects to %s, which is not followed: %s"
                  .formatted(it.call(), shown(it.url()), Shown.text(it.target()), it.why()));
      case Observation.RedirectLoop it ->
          List.of("%s leads on to %s".formatted(shown(it.url()), Shown.text(it.target())));
      case Observation.NoFolder it ->
          List.of("neither the distinguished folder nor one of the configured names was found");
      case Observation.Incomplete it ->
          List.of("%s succeeded, but %s".formatted(it.call(), it.what()));
      case Observation.ItemDiffers it ->
          List.of(
              "%s: written '%s', read '%s'"
                  .formatted(it.property(), Shown.text(it.written()), Shown.text(it.read())));
      case Observation.OutOfTime it ->
          List.of("concordat.probe.time-limit is " + it.limit().toSeconds() + " s");
      case Observation.Cancelled it -> List.of();
    };
  }

  private static String document(Observation.DocumentRead it) {
    String which = it.call() + " at " + shown(it.url());
    return it.problem() == null
        ? "%s is of %s, with the keys %s"
            .formatted(which, it.issuer(), String.join(", ", it.keyIds()))
        : "%s can't be read: %s".formatted(which, it.problem());
  }

  private static List<String> answered(Observation.Answered it, boolean whole) {
    var lines = new ArrayList<String>();
    lines.add(
        "%s at %s answered HTTP %d%s"
            .formatted(it.call(), shown(it.url()), it.status(), reply(it.reply())));
    it.diagnostics().forEach(line -> lines.add("x-ms-diagnostics: " + Shown.text(line)));
    if (!whole) {
      it.bearer()
          .ifPresent(
              bearer ->
                  lines.add(
                      "it offers OAuth, and trusts the issuers "
                          + Shown.text(String.join(", ", bearer.trustedIssuers()))));
      return lines;
    }
    if (it.status() == 401) {
      it.wwwAuthenticate().forEach(line -> lines.add("WWW-Authenticate: " + Shown.text(line)));
    }
    for (String name :
        List.of(
            "location",
            "retry-after",
            "x-feserver",
            "x-beserver",
            "request-id",
            "x-caserrorcode",
            "server")) {
      String value = it.headers().get(name);
      if (value != null) {
        lines.add(name + ": " + Shown.text(value));
      }
    }
    it.ahead()
        .filter(ahead -> ahead.abs().compareTo(NOTABLE_SKEW) > 0)
        .ifPresent(
            ahead ->
                lines.add(
                    "its clock is %d s %s ours"
                        .formatted(
                            ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of")));
    return lines;
  }

  private static String reply(Reply reply) {
    return switch (reply) {
      case Reply.Done _ -> "";
      case Reply.Refused it ->
          ", " + it.code() + (it.message().isEmpty() ? "" : ": " + it.message());
      case Reply.Elsewhere it -> ", pointing to " + Shown.text(it.target());
      case Reply.Foreign it ->
          it.form() == Reply.Foreign.Form.EMPTY
              ? ""
              : " with " + it.form() + (it.about().isEmpty() ? "" : " (" + it.about() + ")");
    };
  }

  private static List<String> unanswered(Observation.Unanswered it) {
    var lines = new ArrayList<String>();
    lines.add(it.sentence());
    if (it.reason() instanceof Unreached.TlsFailed(_, var chain)) {
      chain.stream()
          .limit(5)
          .forEach(
              link ->
                  lines.add(
                      "certificate %s of %s, by %s, valid %s to %s"
                          .formatted(
                              link.thumbprint(),
                              Shown.text(link.subject()),
                              Shown.text(link.issuer()),
                              link.notBefore(),
                              link.notAfter())));
    }
    return lines;
  }

  private static String shown(URI url) {
    return Shown.text(url.toString());
  }
}
