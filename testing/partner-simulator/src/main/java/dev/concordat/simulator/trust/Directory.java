package dev.concordat.simulator.trust;

import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The directory that the simulated servers share: every mailbox is a user, with its address as UPN,
 * SMTP and SIP address, and a SID that follows from the address.
 */
public final class Directory {

  private static final String DOMAIN_SID = "s-1-5-21-2127521184-1604012920-1887927527-";

  private final Mailboxes mailboxes;

  public Directory(Mailboxes mailboxes) {
    this.mailboxes = mailboxes;
  }

  /** Whom the claims of a token name. */
  public sealed interface Named {

    /** This user, by each claim. */
    record User(Mailbox mailbox) implements Named {}

    /** Nobody by at least one claim. */
    record Nobody() implements Named {}

    /** Not the same user by each claim. */
    record Several() implements Named {}
  }

  /**
   * Looks the user up.
   *
   * @param acceptsSids whether a SID counts as a name; else it is as if it weren't there
   */
  public Named find(UserClaims claims, boolean acceptsSids) {
    Set<Mailbox> found = new LinkedHashSet<>();
    boolean unknown = false;
    for (String address : claims.addresses().toList()) {
      Optional<Mailbox> mailbox = mailboxes.find(address);
      mailbox.ifPresent(found::add);
      unknown |= mailbox.isEmpty();
    }
    if (acceptsSids && claims.sid().isPresent()) {
      Optional<Mailbox> mailbox = bySid(claims.sid().get());
      mailbox.ifPresent(found::add);
      unknown |= mailbox.isEmpty() && claims.addresses().findAny().isEmpty();
    }
    if (found.size() > 1) {
      return new Named.Several();
    }
    return found.isEmpty() || unknown
        ? new Named.Nobody()
        : new Named.User(found.iterator().next());
  }

  /** The SID of an address, in lower case. */
  public static String sid(String address) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(address.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
      long id =
          (digest[0] & 0x3fL) << 24
              | (digest[1] & 0xffL) << 16
              | (digest[2] & 0xffL) << 8
              | (digest[3] & 0xffL);
      return DOMAIN_SID + (1000 + id);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private Optional<Mailbox> bySid(String sid) {
    String wanted = sid.toLowerCase(Locale.ROOT);
    return wanted.startsWith(DOMAIN_SID)
        ? mailboxes.all().stream().filter(it -> sid(it.address()).equals(wanted)).findFirst()
        : Optional.empty();
  }
}
