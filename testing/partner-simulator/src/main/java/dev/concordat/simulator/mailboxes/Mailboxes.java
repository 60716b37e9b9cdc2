package dev.concordat.simulator.mailboxes;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The mailboxes that there are, by address: SMTP, UPN and SIP address are the same here. */
public final class Mailboxes {

  private static final Pattern ADDRESS =
      Pattern.compile("[a-z0-9._%+'-]{1,64}@[a-z0-9][a-z0-9.-]{0,252}");

  private final Map<String, Mailbox> byAddress = new ConcurrentHashMap<>();

  /**
   * Makes a mailbox, if there is none of this address.
   *
   * @throws IllegalArgumentException if it is no address
   */
  public Mailbox make(String address) {
    String folded = folded(address);
    if (!ADDRESS.matcher(folded).matches()) {
      throw new IllegalArgumentException("'" + address + "' is no SMTP address");
    }
    return byAddress.computeIfAbsent(folded, Mailbox::new);
  }

  /** The mailbox of an address, with or without {@code sip:}. */
  public Optional<Mailbox> find(String address) {
    return Optional.ofNullable(byAddress.get(folded(address)));
  }

  /** All of them. */
  public Collection<Mailbox> all() {
    return byAddress.values();
  }

  private static String folded(String address) {
    String lower = address.strip().toLowerCase(Locale.ROOT);
    return lower.startsWith("sip:") || lower.startsWith("smtp:")
        ? lower.substring(lower.indexOf(':') + 1)
        : lower;
  }
}
