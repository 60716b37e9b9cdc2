package dev.concordat.cli.powershell;

import org.jspecify.annotations.Nullable;

/**
 * What the admin says beyond the files.
 *
 * @param includeKnown whether the entries that every hybrid server has are imported too
 * @param prefix put in front of each name; may be empty
 * @param tokenServer the registered token server that vouches for entries which don't say whose
 *     token server does
 * @param defaultRealm the realm of entries whose own is blank
 * @param allowHttp whether metadata may be read over plain http where an entry does so
 */
public record ImportChoices(
    boolean includeKnown,
    String prefix,
    @Nullable String tokenServer,
    @Nullable String defaultRealm,
    boolean allowHttp) {

  /** Nothing but what the files say. */
  public static ImportChoices none() {
    return new ImportChoices(false, "", null, null, false);
  }
}
