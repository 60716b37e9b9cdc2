package dev.concordat.contracts.events;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A permission of one of our own workloads: the partner it may get tokens for, and as whom.
 *
 * @param partner the partner's name, or {@code *} for every partner
 * @param as the users that it may act for; absent means none, so only as itself
 * @param scopes what it may do there, as access tokens say it (RFC 9068); absent means that its
 *     tokens have none. Server-to-server tokens know no scopes
 * @param roles what it is there, as the access tokens that it gets for itself say it (RFC 9068
 *     section 2.2.3.1); absent means that they have none
 */
public record MayRequest(
    String partner,
    @Nullable ActingAs as,
    @Nullable List<String> scopes,
    @Nullable List<String> roles) {

  /** Stands for every partner. */
  public static final String EVERY_PARTNER = "*";

  /** The form of a single scope (RFC 6749 section 3.3) or role, of at most 128 characters. */
  public static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,128}");

  /** A permission without scopes. */
  public MayRequest(String partner, @Nullable ActingAs as) {
    this(partner, as, null);
  }

  /** A permission without roles. */
  public MayRequest(String partner, @Nullable ActingAs as, @Nullable List<String> scopes) {
    this(partner, as, scopes, null);
  }

  /**
   * The users that a workload may act for. Whichever part allows a user suffices.
   *
   * @param anyone every user
   * @param users these SIP addresses, with or without {@code sip:}
   * @param domain every user whose address is in this domain
   */
  public record ActingAs(
      @Nullable Boolean anyone, @Nullable List<String> users, @Nullable String domain) {}
}
