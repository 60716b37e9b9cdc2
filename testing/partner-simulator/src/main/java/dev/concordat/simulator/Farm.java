package dev.concordat.simulator;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.simulator.autodiscover.Autodiscover;
import dev.concordat.simulator.cmdlets.ExchangeShell;
import dev.concordat.simulator.cmdlets.ForeignShell;
import dev.concordat.simulator.cmdlets.SharePointShell;
import dev.concordat.simulator.cmdlets.Shell;
import dev.concordat.simulator.cmdlets.SkypeShell;
import dev.concordat.simulator.ews.ExchangeWebServices;
import dev.concordat.simulator.exchange.Exchange;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.outgoing.Caller;
import dev.concordat.simulator.outgoing.Credentials;
import dev.concordat.simulator.outgoing.HttpOut;
import dev.concordat.simulator.outgoing.MetadataReads;
import dev.concordat.simulator.sharepoint.AppPrincipals;
import dev.concordat.simulator.sharepoint.SharePoint;
import dev.concordat.simulator.skype.ExchangeStorageTest;
import dev.concordat.simulator.skype.SkypeForBusiness;
import dev.concordat.simulator.trust.Assumptions;
import dev.concordat.simulator.trust.CachedTrust;
import dev.concordat.simulator.trust.Directory;
import dev.concordat.simulator.trust.ExchangeRefusals;
import dev.concordat.simulator.trust.PartnerApplications;
import dev.concordat.simulator.trust.ProductKind;
import dev.concordat.simulator.trust.ServerIdentity;
import dev.concordat.simulator.trust.TokenCheck;
import dev.concordat.simulator.trust.TokenGate;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The simulated servers of one organisation, with what they share: the directory, and each other's
 * host names.
 */
final class Farm {

  /** The identifier of the server that can sign nothing; made up. */
  static final String FOREIGN_IDENTIFIER = "6f2a7c1d-0b3e-4d58-8a91-f04e19000001";

  private final Mailboxes mailboxes;
  private final InstantSource clock;
  private final Assumptions assumptions;
  private final String domain;
  private final Directory directory;
  private final ServerIdentity exchange;
  private final ServerIdentity skype;
  private final ServerIdentity sharePoint;
  private final Map<ProductKind, PartnerApplications> known = new LinkedHashMap<>();
  private final Map<ProductKind, CachedTrust> trust = new LinkedHashMap<>();
  private final AppPrincipals principals = new AppPrincipals();

  Farm(
      SimulatorSettings settings, Laboratory laboratory, Mailboxes mailboxes, InstantSource clock) {
    this.mailboxes = mailboxes;
    this.clock = clock;
    assumptions = settings.assumptions();
    domain = settings.domain();
    directory = new Directory(mailboxes);
    exchange =
        ServerIdentity.exchange(domain, laboratory.keys(ProductKind.EXCHANGE))
            .accepting(settings.acceptedDomains());
    skype = ServerIdentity.skype(domain, laboratory.keys(ProductKind.SKYPE));
    sharePoint =
        ServerIdentity.sharePoint(
            domain, settings.sharePointRealm(), laboratory.keys(ProductKind.SHAREPOINT));
    for (ProductKind kind : ProductKind.values()) {
      var applications =
          new PartnerApplications(settings.stateFolder().map(it -> it.resolve(file(kind))));
      known.put(kind, applications);
      trust.put(kind, new CachedTrust(applications::view, settings.trustCache(), clock));
    }
  }

  private static String file(ProductKind kind) {
    return kind == ProductKind.EXCHANGE
        ? "partner-applications.json"
        : kind.code() + "-partner-applications.json";
  }

  /** Makes the keys that are not there yet, while nobody waits for them. */
  void makeKeys() {
    for (ProductKind kind : ProductKind.values()) {
      Thread.startVirtualThread(() -> server(kind).keys().current());
    }
  }

  /** Every host name. */
  Set<String> hosts() {
    var hosts = new TreeSet<String>();
    List.of(exchange, skype, sharePoint).forEach(it -> hosts.addAll(it.hosts()));
    return hosts;
  }

  ServerIdentity exchange() {
    return exchange;
  }

  /** The server of a kind. */
  ServerIdentity server(ProductKind kind) {
    return switch (kind) {
      case EXCHANGE -> exchange;
      case SKYPE -> skype;
      case SHAREPOINT -> sharePoint;
    };
  }

  PartnerApplications known(ProductKind kind) {
    return java.util.Objects.requireNonNull(known.get(kind));
  }

  private CachedTrust trust(ProductKind kind) {
    return java.util.Objects.requireNonNull(trust.get(kind));
  }

  /** The servers, at the port that they are reached by. */
  List<Product> products(int port) {
    return List.of(exchange(port), skypeForBusiness(), sharePoint());
  }

  private Exchange exchange(int port) {
    var refusals = new ExchangeRefusals(exchange, trust(ProductKind.EXCHANGE), assumptions);
    String host = authority("atl-exchange-001." + domain, port);
    return new Exchange(
        exchange,
        new TokenGate(new TokenCheck(exchange, trust(ProductKind.EXCHANGE)), directory, refusals),
        refusals,
        assumptions,
        "https://" + host + "/EWS/Exchange.asmx",
        url -> new Autodiscover(mailboxes, url),
        new ExchangeWebServices(mailboxes, clock));
  }

  private SkypeForBusiness skypeForBusiness() {
    return new SkypeForBusiness(skype, trust(ProductKind.SKYPE), directory, assumptions);
  }

  private SharePoint sharePoint() {
    return new SharePoint(sharePoint, trust(ProductKind.SHAREPOINT), directory, principals);
  }

  private static String authority(String host, int port) {
    return port == 443 ? host : host + ":" + port;
  }

  /**
   * What an admin has in his hands.
   *
   * @param shells each server's shell, by its code
   * @param callers each server as a caller, by its code
   */
  record Hands(
      Map<String, Shell> shells, Map<String, Caller> callers, ExchangeShell exchangeShell) {}

  Hands hands(HttpOut http, int port) {
    var reads = new MetadataReads(http);
    var callers = new LinkedHashMap<String, Caller>();
    for (ProductKind kind : ProductKind.values()) {
      callers.put(
          kind.code(),
          new Caller(() -> new Credentials.Signing(server(kind)), trust(kind), http, clock));
    }
    var exchangeShell =
        new ExchangeShell(
            exchange,
            known(ProductKind.EXCHANGE),
            reads,
            trust(ProductKind.EXCHANGE),
            java.util.Objects.requireNonNull(callers.get("exchange")));
    var foreign =
        new ForeignShell(new PrincipalName(FOREIGN_IDENTIFIER, domain), reads, http, clock);
    callers.put("foreign", foreign.caller());
    var shells = new LinkedHashMap<String, Shell>();
    shells.put("exchange", exchangeShell);
    shells.put(
        "skype",
        new SkypeShell(
            skype,
            known(ProductKind.SKYPE),
            reads,
            new ExchangeStorageTest(java.util.Objects.requireNonNull(callers.get("skype"))),
            sip -> autodiscover(sip, port)));
    shells.put(
        "sharepoint",
        new SharePointShell(sharePoint, known(ProductKind.SHAREPOINT), reads, principals));
    shells.put("foreign", foreign);
    return new Hands(Map.copyOf(shells), Map.copyOf(callers), exchangeShell);
  }

  private URI autodiscover(SipAddress sip, int port) {
    String host = "autodiscover." + sip.domain();
    return URI.create(
        "https://"
            + (hosts().contains(host) ? authority(host, port) : host)
            + "/autodiscover/autodiscover.svc");
  }
}
