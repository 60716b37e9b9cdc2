package dev.concordat.token.rollover;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.Diagnosis.Remedy;
import dev.concordat.contracts.events.PartnerRegistered;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes a partner read our document now, for its admin to run there. The names that we have
 * there are not known here, the application identifier is; a whole set-up is printed by {@code
 * concordat partner setup}.
 *
 * @param applicationIdentifier what partners know us by
 */
record Refresh(String applicationIdentifier) {

  /** What to run at a partner that has not read our document. */
  List<Remedy> at(PartnerRegistered partner) {
    return List.of(
        switch (partner.kind()) {
          case EXCHANGE ->
              new Remedy(
                  "Exchange Management Shell",
                  "Get-PartnerApplication | Where-Object { $_.ApplicationIdentifier -eq '%s' } | ForEach-Object { Set-PartnerApplication -Identity $_.Name -RefreshAuthMetadata }"
                      .formatted(applicationIdentifier.replace("'", "''")),
                  "Makes it read our document now; effective after about 15 minutes, or iisreset /noforce on each server.");
          case SKYPE ->
              new Remedy(
                  "Skype for Business Management Shell",
                  "the Set-CsPartnerApplication line of: concordat partner setup " + partner.name(),
                  "It reads our document when the metadata URL is set again.");
          case SHAREPOINT ->
              new Remedy(
                  "SharePoint Management Shell",
                  "Get-SPTimerJob | Where-Object { $_.Name -eq 'RefreshMetadataFeed' } | Start-SPTimerJob",
                  "Runs the daily refresh of trusted token issuers now.");
          case TOKEN_SERVER, GENERIC ->
              new Remedy(
                  "the application '%s'".formatted(partner.name()),
                  "have it read our auth metadata document again",
                  "Our document has the next key; what it kept of ours has not.");
        });
  }

  /** What a failed probe's diagnosis says to do, or else to read our document. */
  List<Remedy> after(@Nullable Diagnosis diagnosis, PartnerRegistered partner) {
    var remedies = new ArrayList<Remedy>();
    if (diagnosis != null) {
      remedies.addAll(diagnosis.remedies());
    }
    boolean refreshes =
        remedies.stream().anyMatch(remedy -> remedy.command().contains("-RefreshAuthMetadata"));
    if (!refreshes) {
      remedies.addAll(at(partner));
    }
    return List.copyOf(remedies);
  }
}
