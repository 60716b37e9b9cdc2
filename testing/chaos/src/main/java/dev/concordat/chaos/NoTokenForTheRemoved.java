package dev.concordat.chaos;

import dev.concordat.chaos.Entry.PartnerRecord;
import dev.concordat.chaos.Entry.Settled;
import dev.concordat.chaos.Entry.Token;
import dev.concordat.chaos.Entry.TokenAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Once a replica has shown that it knows of a removal, it issues no token for the partner any more,
 * not after a restart either; and at the end every replica knows.
 */
final class NoTokenForTheRemoved implements Invariant {

  @Override
  public String sentence() {
    return "no token is issued for a removed partner once its event was read";
  }

  @Override
  public Verdict judge(List<Entry> history) {
    Map<String, PartnerRecord> removals = new HashMap<>();
    Invariant.of(PartnerRecord.class, history).stream()
        .filter(PartnerRecord::removed)
        .forEach(it -> removals.put(it.name(), it));
    long settled =
        Invariant.of(Settled.class, history).stream()
            .mapToLong(Settled::at)
            .findFirst()
            .orElse(Long.MAX_VALUE);
    Map<String, List<TokenAnswer>> answers =
        Invariant.of(TokenAnswer.class, history).stream()
            .filter(it -> removals.containsKey(it.partner()))
            .collect(Collectors.groupingBy(it -> it.replica() + " " + it.partner()));
    var violations = new ArrayList<Violation>();
    Map<String, Long> issuedLast = issuedFirst(history);
    long checked = 0;
    for (List<TokenAnswer> its : answers.values()) {
      for (TokenAnswer issued : its) {
        if (issued.token() != Token.ISSUED) {
          continue;
        }
        checked++;
        PartnerRecord removal = removals.get(issued.partner());
        TokenAnswer knew =
            its.stream()
                .filter(
                    it ->
                        it.token() == Token.UNKNOWN_PARTNER
                            && it.at() < issued.asked()
                            // Before the registration was read, it is unknown as well.
                            && it.asked()
                                > issuedLast.getOrDefault(
                                    it.replica() + " " + it.partner(), Long.MAX_VALUE))
                .findFirst()
                .orElse(null);
        if (knew != null) {
          violations.add(
              new Violation(
                  issued.replica() + " knew that " + issued.partner() + " was removed",
                  List.of(java.util.Objects.requireNonNull(removal), knew, issued)));
        } else if (issued.asked() >= settled) {
          violations.add(
              new Violation(
                  issued.replica() + " never learnt that " + issued.partner() + " was removed",
                  List.of(java.util.Objects.requireNonNull(removal), issued)));
        }
      }
      checked += its.stream().filter(it -> it.token() == Token.UNKNOWN_PARTNER).count();
    }
    return new Verdict(checked, violations);
  }

  /** When each replica first issued a token for a partner: from then on it knew of it. */
  private static Map<String, Long> issuedFirst(List<Entry> history) {
    var first = new HashMap<String, Long>();
    for (TokenAnswer it : Invariant.of(TokenAnswer.class, history)) {
      if (it.token() == Token.ISSUED) {
        first.merge(it.replica() + " " + it.partner(), it.at(), Math::min);
      }
    }
    return first;
  }
}
