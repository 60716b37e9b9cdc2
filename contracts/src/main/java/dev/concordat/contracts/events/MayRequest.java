package dev.concordat.contracts.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A permission of one of our own workloads: the partner it may get tokens for, and as whom.
 *
 * @param partner the partner's name, or {@code *} for every partner
 * @param as the users that it may act for; absent means none, so only as itself
 */
public record MayRequest(String partner, @Nullable ActingAs as) {

  /** Stands for every partner. */
  public static final String EVERY_PARTNER = "*";

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
