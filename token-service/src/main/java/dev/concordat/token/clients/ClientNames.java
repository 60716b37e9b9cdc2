package dev.concordat.token.clients;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import dev.concordat.token.partners.KnownPartner;
import dev.concordat.token.partners.PartnerDirectory;
import dev.concordat.token.partners.Partners;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * Finds a client by what it calls itself: its name in the registry, or {@code <application
 * identifier>@<realm>} as the partner token server's clients do.
 */
@Singleton
public class ClientNames {

  private final Partners partners;
  private final PartnerDirectory directory;

  @Inject
  ClientNames(Partners partners, PartnerDirectory directory) {
    this.partners = partners;
    this.directory = directory;
  }

  /** The workload that calls itself so, if it is enabled and may prove itself. */
  Optional<PartnerRegistered> workload(String clientId) {
    Optional<PartnerRegistered> named = partners.workload(clientId);
    return named.isPresent()
        ? named
        : PrincipalName.tryParse(clientId)
            .flatMap(
                name -> {
                  List<KnownPartner> acting =
                      directory.acting(name, RealmComparison.IGNORE_CASE).limit(2).toList();
                  return acting.size() == 1
                      ? partners.workload(acting.getFirst().registration().name())
                      : Optional.empty();
                });
  }

  /** Whether the workload may call itself so. */
  boolean isNameOf(PartnerRegistered workload, String clientId) {
    return clientId.equals(workload.name())
        || workload(clientId).filter(found -> found.name().equals(workload.name())).isPresent();
  }
}
