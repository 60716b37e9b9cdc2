package dev.concordat.probe.schedule;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.probe.results.RecentResults.Target;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is probed by schedule, and how.
 *
 * @param target the partner, its mailbox and what of it
 * @param interval the time between two probes
 * @param deleteItem whether the probe removes its item
 */
record Plan(Target target, Duration interval, boolean deleteItem) {

  /** No interval is shorter: an Exchange has other things to do. */
  static final Duration SHORTEST = Duration.ofSeconds(10);

  /** What its place in the interval hangs on. */
  String name() {
    String mailbox = target.partner() + " " + target.sipAddress();
    return target.kind() == ProbeKind.CONVERSATION_HISTORY
        ? mailbox
        : mailbox + " " + target.kind();
  }

  /**
   * The plans that a partner's settings want.
   *
   * @param defaultInterval where they give none
   * @param owned which mailboxes count, by their {@code sip:} URI
   */
  static Set<Plan> of(
      PartnerRegistered partner, Duration defaultInterval, Predicate<String> owned) {
    ProbeSettings settings = partner.probe();
    if (!partner.enabled() || settings == null) {
      return Set.of();
    }
    Duration wanted = Objects.requireNonNullElse(settings.interval(), defaultInterval);
    Duration interval = wanted.compareTo(SHORTEST) < 0 ? SHORTEST : wanted;
    boolean deleteItem = !Boolean.FALSE.equals(settings.deleteItem());
    List<ProbeKind> kinds =
        Objects.requireNonNullElse(settings.kinds(), List.of(ProbeKind.CONVERSATION_HISTORY));
    var plans = new LinkedHashSet<Plan>();
    settings.sipAddresses().stream()
        .flatMap(it -> SipAddress.tryParse(it).stream())
        .map(SipAddress::uri)
        .filter(owned)
        .forEach(
            mailbox ->
                kinds.forEach(
                    kind ->
                        plans.add(
                            new Plan(
                                new Target(partner.name(), mailbox, kind), interval, deleteItem))));
    return plans;
  }
}
