package dev.concordat.cli.powershell;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Gives each partner of an import a name that the registry takes and no other of them has. */
final class PartnerNames {

  private static final int LONGEST = 45;

  private final Set<String> taken = new HashSet<>();

  /** A name as the registry wants it, nearest to the one given. */
  static String fitting(String given) {
    String plain = given.replaceAll("[^A-Za-z0-9 ._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
    String cut = plain.substring(0, Math.min(plain.length(), LONGEST)).stripTrailing();
    return cut.isEmpty() ? "partner" : cut;
  }

  /** The fitting name, with a number behind it where it is taken already. */
  String claim(String given) {
    String fitting = fitting(given);
    String name = fitting;
    for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      String suffix = "-" + i;
      name = fitting.substring(0, Math.min(fitting.length(), LONGEST - suffix.length())) + suffix;
    }
    return name;
  }
}
