package dev.concordat.simulator.mailboxes;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The mailboxes that there are, by address: SMTP, UPN and SIP address are the same here. */
public final class Mailboxes {

  private static final Pattern ADDRESS =
      Pattern.compile("[a-z0-9._%+'-]{1,64}@[a-z0-9][a-z0-9.-]{0,252}");

  private final Map<String, Mailbox> byAddress = new ConcurrentHashMap<>();
  private final Map<UUID, Mailbox> byGuid = new ConcurrentHashMap<>();
  private final Map<String, Redirection> redirections = new ConcurrentHashMap<>();

  /**
   * Where the mailbox of an address really is, as Autodiscover tells it.
   *
   * @param target another address, or the URL of another Autodiscover service
   */
  public record Redirection(String target) {
    /** Whether it leads to a URL. */
    public boolean isUrl() {
      return target.startsWith("https://") || target.startsWith("http://");
    }
  }

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
    redirections.remove(folded);
    Mailbox mailbox = byAddress.computeIfAbsent(folded, Mailbox::new);
    byGuid.put(mailbox.guid(), mailbox);
    return mailbox;
  }

  /**
   * Has Autodiscover send whoever asks for an address elsewhere.
   *
   * @throws IllegalArgumentException if it is no address
   */
  public void redirect(String address, String target) {
    String folded = folded(address);
    if (!ADDRESS.matcher(folded).matches()) {
      throw new IllegalArgumentException("'" + address + "' is no SMTP address");
    }
    redirections.put(folded, new Redirection(target));
  }

  /** Where whoever asks for an address is sent. */
  public Optional<Redirection> redirection(String address) {
    return Optional.ofNullable(redirections.get(folded(address)));
  }

  /** The mailbox of a GUID. */
  public Optional<Mailbox> find(UUID guid) {
    return Optional.ofNullable(byGuid.get(guid));
  }

  /** The mailbox of a user's security identifier. */
  public Optional<Mailbox> findBySid(String sid) {
    return byAddress.values().stream().filter(it -> it.sid().equalsIgnoreCase(sid)).findFirst();
  }

  /** The mailboxes whose address or name begins with a text, by address. */
  public List<Mailbox> beginningWith(String text, int most) {
    String folded = folded(text);
    return byAddress.values().stream()
        .filter(
            it ->
                it.address().startsWith(folded)
                    || it.displayName().toLowerCase(Locale.ROOT).startsWith(folded))
        .sorted(Comparator.comparing(Mailbox::address))
        .limit(most)
        .toList();
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
