package dev.concordat.token.validation;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.TrustedIssuer;
import dev.concordat.token.partners.KnownPartner;
import dev.concordat.token.partners.PartnerDirectory;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whom we trust now: the enabled partners, by what they are registered as. */
@Singleton
public class TrustedPartners implements TrustedIssuer.Lookup {

  private final PartnerDirectory directory;
  private final RealmComparison comparison;
  private final Set<String> brokers;

  @Inject
  TrustedPartners(PartnerDirectory directory, ValidationConfig config) {
    this.directory = directory;
    this.comparison = config.realmComparison();
    this.brokers = config.brokers().orElse(Set.of());
  }

  @Override
  public Optional<TrustedIssuer> find(PrincipalName name) {
    return issuer(name).flatMap(partner -> partner.principal().map(own -> trusted(partner, own)));
  }

  /** The names of all issuers that are trusted now, as a challenge lists them. */
  public List<String> issuerNames() {
    return directory
        .all()
        .filter(partner -> partner.registration().enabled())
        .filter(TrustedPartners::issues)
        .flatMap(partner -> partner.principal().stream())
        .map(PrincipalName::toString)
        .toList();
  }

  /** The enabled partner that issues tokens under this name. */
  Optional<KnownPartner> issuer(PrincipalName name) {
    return directory
        .acting(name, comparison)
        .filter(partner -> partner.registration().enabled())
        .filter(TrustedPartners::issues)
        .findFirst();
  }

  /**
   * The partner whose registration answers for what an accepted token wants: the issuer itself, or
   * the application that comes through a token server.
   */
  Optional<KnownPartner> responsible(Accepted.Actor actor) {
    return switch (actor.issuerKind()) {
      case SELF, BROKER -> issuer(actor.issuer());
      case TOKEN_SERVER ->
          issuer(actor.issuer())
              .flatMap(
                  server ->
                      through(server)
                          .filter(
                              partner ->
                                  partner
                                      .principal()
                                      .filter(own -> own.matches(actor.application(), comparison))
                                      .isPresent())
                          .findFirst());
    };
  }

  private TrustedIssuer trusted(KnownPartner partner, PrincipalName own) {
    if (partner.registration().kind() == PartnerKind.TOKEN_SERVER) {
      return TrustedIssuer.tokenServer(
          own,
          partner.keys(),
          through(partner)
              .flatMap(application -> application.principal().stream())
              .collect(Collectors.toUnmodifiableSet()));
    }
    return brokers.contains(partner.registration().name())
        ? TrustedIssuer.broker(own, partner.keys())
        : TrustedIssuer.self(own, partner.keys());
  }

  private Stream<KnownPartner> through(KnownPartner server) {
    return directory
        .through(server.registration().name())
        .filter(partner -> partner.registration().enabled());
  }

  private static boolean issues(KnownPartner partner) {
    return partner.registration().trust() instanceof Trust.ByMetadata
        || partner.registration().trust() instanceof Trust.ByCertificates;
  }
}
