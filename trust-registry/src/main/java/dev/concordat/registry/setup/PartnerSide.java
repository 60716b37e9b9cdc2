package dev.concordat.registry.setup;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done on a partner's side.
 *
 * @param shell the product's own shell; the commands for it make the script
 */
record PartnerSide(
    Step.@Nullable Shell shell, List<Step> steps, @Nullable Step keyRollover, List<String> notes) {

  /** Whether a server there can read our document, tried from there. */
  static Step reads(String where, Us us) {
    return new Step(
        where,
        Step.Shell.POWERSHELL,
        "Shows whether the server can read our document; each of them must. It prints our issuer.",
        PowerShell.command("(Invoke-RestMethod -Uri %s).issuer", us.metadataUrl().text()),
        null,
        null);
  }

  /** What stands between a partner and our document by its URL alone; laboratories have it. */
  static List<String> reachability(Us us, String consequence) {
    var notes = new ArrayList<String>();
    if (us.publicUrl().isLoopback()) {
      notes.add(
          "Our document is published at this machine's own address (concordat.metadata.public-url):"
              + " no other server can read it there.");
    }
    if (!us.publicUrl().isHttps()) {
      notes.add(
          "Our document is published over plain http (concordat.metadata.public-url): whoever is in"
              + " between can put his own key into it. "
              + consequence);
    }
    return notes;
  }
}
