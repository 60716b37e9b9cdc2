package dev.concordat.contracts.events;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which mailboxes of a partner are probed, how and how often.
 *
 * @param sipAddresses the mailboxes' SIP addresses, with {@code sip:}
 * @param kinds what is probed; absent means conversation history only
 * @param interval the time between two probes of a mailbox, ISO 8601; absent means the service's
 *     default
 * @param deleteItem whether the probe removes its item; absent means yes
 */
public record ProbeSettings(
    List<String> sipAddresses,
    @Nullable List<ProbeKind> kinds,
    @Nullable Duration interval,
    @Nullable Boolean deleteItem) {
  public ProbeSettings {
    sipAddresses = List.copyOf(sipAddresses);
  }
}
