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
 * @param token whether tokens may come from the token-service's cache; absent means the service's
 *     default
 */
public record ProbeSettings(
    List<String> sipAddresses,
    @Nullable List<ProbeKind> kinds,
    @Nullable Duration interval,
    @Nullable Boolean deleteItem,
    ProbeCompleted.@Nullable TokenSource token) {

  /** Settings with tokens from where the service's own settings say. */
  public ProbeSettings(
      List<String> sipAddresses,
      @Nullable List<ProbeKind> kinds,
      @Nullable Duration interval,
      @Nullable Boolean deleteItem) {
    this(sipAddresses, kinds, interval, deleteItem, null);
  }

  public ProbeSettings {
    sipAddresses = List.copyOf(sipAddresses);
  }
}
