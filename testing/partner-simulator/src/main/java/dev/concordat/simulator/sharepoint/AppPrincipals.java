package dev.concordat.simulator.sharepoint;

import dev.concordat.contracts.names.PrincipalName;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What applications may do in the site: {@code Set-SPAppPrincipalPermission}. */
public final class AppPrincipals {

  private final Map<String, Permission> permissions = new ConcurrentSkipListMap<>();

  /** How much. */
  public enum Right {
    READ,
    WRITE,
    MANAGE,
    FULLCONTROL;

    /** The right of this name, in any case. */
    public static Right named(String name) {
      for (Right right : values()) {
        if (right.name().equalsIgnoreCase(name)) {
          return right;
        }
      }
      throw new IllegalArgumentException(
          "Cannot bind parameter 'Right'. Possible values are Read, Write, Manage, FullControl.");
    }
  }

  /**
   * A permission.
   *
   * @param appOnlyPolicy whether the application may act as itself, without a user
   */
  public record Permission(Right right, boolean appOnlyPolicy) {}

  /** Gives one. */
  public void set(PrincipalName application, Permission permission) {
    permissions.put(application.toString().toLowerCase(Locale.ROOT), permission);
  }

  /** What an application has. */
  public Optional<Permission> of(PrincipalName application) {
    return Optional.ofNullable(permissions.get(application.toString()));
  }

  /** All, by name. */
  public Map<String, Permission> all() {
    return new TreeMap<>(permissions);
  }
}
