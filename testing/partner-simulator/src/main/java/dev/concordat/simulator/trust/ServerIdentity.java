package dev.concordat.simulator.trust;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Receiver;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Who a simulated server is. */
public final class ServerIdentity {

  private final ProductKind kind;
  private final String firstRealm;
  private final List<String> acceptedDomains;
  private final List<String> hosts;
  private final SigningKeys keys;
  private volatile String realm;

  /**
   * A server.
   *
   * @param realm its realm at first: Exchange's default accepted domain (assumed where the realm is
   *     blank), Skype for Business' default SIP domain, SharePoint's GUID
   * @param acceptedDomains the realms that it counts as its own beside that one; a wildcard counts
   *     as none
   * @param hosts the names that it answers under, its metadata document's first
   * @param keys the keys that it signs with
   */
  private ServerIdentity(
      ProductKind kind,
      String realm,
      List<String> acceptedDomains,
      List<String> hosts,
      SigningKeys keys) {
    this.kind = kind;
    this.firstRealm = realm;
    this.realm = realm;
    this.acceptedDomains = List.copyOf(acceptedDomains);
    this.hosts = List.copyOf(hosts);
    this.keys = keys;
  }

  /** Exchange for a domain. */
  public static ServerIdentity exchange(String domain, SigningKeys keys) {
    return new ServerIdentity(
        ProductKind.EXCHANGE,
        domain,
        List.of(),
        List.of("autodiscover." + domain, "atl-exchange-001." + domain, domain),
        keys);
  }

  /** Skype for Business for a domain. */
  public static ServerIdentity skype(String domain, SigningKeys keys) {
    return new ServerIdentity(
        ProductKind.SKYPE, domain, List.of(), List.of("atl-cs-001." + domain), keys);
  }

  /** SharePoint in a domain, with its farm's realm. */
  public static ServerIdentity sharePoint(String domain, String realm, SigningKeys keys) {
    return new ServerIdentity(
        ProductKind.SHAREPOINT, realm, List.of(), List.of("sharepoint." + domain), keys);
  }

  /** The same with these accepted domains. */
  public ServerIdentity accepting(List<String> domains) {
    return new ServerIdentity(kind, realm, domains, hosts, keys);
  }

  /** Which product it is. */
  public ProductKind kind() {
    return kind;
  }

  /** Its realm now. */
  public String realm() {
    return realm;
  }

  /** Gives it another realm until it ends; a blank one is the one that it had at first. */
  public void changeRealm(String to) {
    realm = to.isBlank() ? firstRealm : to;
  }

  /** The names that it answers under, its metadata document's first. */
  public List<String> hosts() {
    return hosts;
  }

  /** The keys that it signs with. */
  public SigningKeys keys() {
    return keys;
  }

  /** The host of its metadata document. */
  public String metadataHost() {
    return hosts.getFirst();
  }

  /** Its issuer identifier. */
  public PrincipalName issuer() {
    return new PrincipalName(kind.applicationIdentifier(), realm);
  }

  /** The certificate that it signs with now. */
  public SigningCertificate certificate() {
    return keys.current();
  }

  /** Its signature over the first two parts of a token, RS256, in base64url. */
  public String sign(String input) {
    return keys.sign(input);
  }

  /** The same in another realm. */
  public ServerIdentity in(String otherRealm) {
    return new ServerIdentity(kind, otherRealm, acceptedDomains, hosts, keys);
  }

  /** As the receiver of tokens that were sent to one of its hosts. */
  public Receiver receiver(String hostCalled) {
    Set<String> realms = new LinkedHashSet<>(acceptedDomains);
    realms.removeIf(it -> it.startsWith("*"));
    realms.add(realm);
    var own = new LinkedHashSet<String>();
    keys.published().forEach(it -> own.add(it.x5t()));
    return new Receiver(kind.applicationIdentifier(), realms, Set.copyOf(hosts), hostCalled, own);
  }
}
