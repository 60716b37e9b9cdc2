package dev.concordat.simulator.trust;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.TrustedIssuer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whom a server trusts at a moment.
 *
 * @param applications its partner applications
 * @param tokenServers its token servers
 */
public record TrustView(List<PartnerApplication> applications, List<TokenServer> tokenServers) {

  public TrustView {
    applications = applications.stream().filter(PartnerApplication::enabled).toList();
    tokenServers = tokenServers.stream().filter(TokenServer::enabled).toList();
  }

  /** The issuers whose tokens count. */
  TrustedIssuer.Lookup issuers() {
    var through =
        applications.stream()
            .filter(it -> it.source() instanceof PartnerApplication.Source.ThroughTokenServer)
            .map(PartnerApplication::issuer)
            .collect(Collectors.toSet());
    var issuers = new ArrayList<TrustedIssuer>();
    applications.forEach(it -> it.asIssuer().ifPresent(issuers::add));
    tokenServers.forEach(
        it -> issuers.add(TrustedIssuer.tokenServer(it.issuer(), it.certificates(), through)));
    return TrustedIssuer.Lookup.among(issuers);
  }

  /** The partner application that an accepted token comes from. */
  Optional<PartnerApplication> applicationOf(Accepted accepted) {
    PrincipalName wanted =
        accepted.actor().issuerKind() == TrustedIssuer.Kind.TOKEN_SERVER
            ? accepted.actor().application()
            : accepted.actor().issuer();
    boolean through = accepted.actor().issuerKind() == TrustedIssuer.Kind.TOKEN_SERVER;
    return applications.stream()
        .filter(it -> it.issuer().equals(wanted))
        .filter(
            it -> through == it.source() instanceof PartnerApplication.Source.ThroughTokenServer)
        .findFirst();
  }

  /** Whom a challenge names: who may sign, token servers first. */
  public List<PrincipalName> trustedIssuers() {
    var names = new ArrayList<PrincipalName>();
    tokenServers.forEach(it -> names.add(it.issuer()));
    applications.stream()
        .flatMap(it -> it.asIssuer().stream())
        .map(TrustedIssuer::name)
        .sorted(java.util.Comparator.comparing(PrincipalName::toString))
        .forEach(names::add);
    return names.stream().distinct().toList();
  }
}
