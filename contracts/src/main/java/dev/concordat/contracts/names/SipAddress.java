package dev.concordat.contracts.names;

import java.net.IDN;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A user's SIP address, which is also the primary address of the mailbox that is probed. Always
 * lower case.
 *
 * @param address without {@code sip:}, for example {@code kenmyer@litwareinc.com}
 */
public record SipAddress(String address) {

  private static final String PREFIX = "sip:";
  private static final Pattern USER = Pattern.compile("[^@:;/\"<>(),\\\\\\[\\]?]{1,64}");
  private static final Pattern DOMAIN =
      Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

  /**
   * @throws MalformedName if it is not {@code user@domain}
   */
  public SipAddress {
    NameText.checked("the SIP address", address);
    int at = address.indexOf('@');
    if (at < 0 || !USER.matcher(address.substring(0, at)).matches()) {
      throw new MalformedName("a SIP address is user@domain, with or without sip: before it");
    }
    String domain = ascii(address.substring(at + 1));
    if (!DOMAIN.matcher(domain).matches()) {
      throw new MalformedName("what follows @ in the SIP address is no domain name");
    }
    address = NameText.lower(address.substring(0, at)) + "@" + domain;
  }

  /**
   * Reads an address with or without {@code sip:} in any case.
   *
   * @throws MalformedName if it is no such address
   */
  public static SipAddress parse(String text) {
    boolean prefixed = text.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    return new SipAddress(prefixed ? text.substring(PREFIX.length()) : text);
  }

  /** As {@link #parse}, but empty where the text is malformed. */
  public static Optional<SipAddress> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (MalformedName malformed) {
      return Optional.empty();
    }
  }

  /** With {@code sip:} before it: the key of probes, and how admins write it. */
  public String uri() {
    return PREFIX + address;
  }

  /** What follows {@code @}, as an A-label. */
  public String domain() {
    return address.substring(address.indexOf('@') + 1);
  }

  /** As {@link #uri()}. */
  @Override
  public String toString() {
    return uri();
  }

  private static String ascii(String domain) {
    if (domain.chars().allMatch(character -> character < 0x80)) {
      return NameText.lower(domain);
    }
    try {
      return NameText.lower(IDN.toASCII(domain));
    } catch (IllegalArgumentException notInternational) {
      throw new MalformedName("what follows @ in the SIP address is no domain name");
    }
  }
}
