package dev.concordat.simulator.trust;

import dev.concordat.contracts.events.TrustLevel;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a partner application may do at the product that keeps it (setup.md 4). */
public sealed interface Rights {

  /**
   * At Exchange.
   *
   * @param linkedAccount the account whose roles count; absent for none
   * @param roles the account's roles
   * @param actAsPermissions instead of roles, for users
   * @param appOnlyPermissions instead of roles, as itself; which of them permit what is assumed:
   *     any permits all
   * @param acceptsSids whether it may name users by SID
   */
  record AtExchange(
      @Nullable String linkedAccount,
      Set<String> roles,
      List<String> actAsPermissions,
      List<String> appOnlyPermissions,
      boolean acceptsSids)
      implements Rights {

    public AtExchange {
      roles = Set.copyOf(roles);
      actAsPermissions = List.copyOf(actAsPermissions);
      appOnlyPermissions = List.copyOf(appOnlyPermissions);
    }

    /** Whether it may act for users. */
    public boolean mayActForUsers() {
      return roles.contains("UserApplication") || !actAsPermissions.isEmpty();
    }

    /** Whether it is anybody at all: neither account nor permissions is code 2000008. */
    public boolean mayDoAnything() {
      return linkedAccount != null || !actAsPermissions.isEmpty() || !appOnlyPermissions.isEmpty();
    }
  }

  /** At Skype for Business. */
  record AtSkype(TrustLevel level, boolean acceptsSids) implements Rights {}

  /**
   * At SharePoint, where permissions belong to the application principal instead.
   *
   * @param trustBroker whether it may name any application as the actor
   */
  record AtSharePoint(boolean trustBroker) implements Rights {}
}
