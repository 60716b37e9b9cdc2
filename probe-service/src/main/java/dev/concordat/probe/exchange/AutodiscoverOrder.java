package dev.concordat.probe.exchange;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where Autodiscover is looked for, in which order, and whom its redirects may name. Exchange
 * serves Autodiscover beside its auth metadata document, so the origin of the partner's metadata
 * URL comes first; then the order of the Autodiscover reference without the directory look-up
 * (ews.md 1.4).
 *
 * @param metadataUrl the partner's metadata URL, where its trust is by metadata
 * @param allowedDomains further hosts that redirects may name: names, or {@code *.} and a domain,
 *     as in {@code Set-CsOAuthConfiguration -ExchangeAutodiscoverAllowedDomains}
 */
public record AutodiscoverOrder(Optional<URI> metadataUrl, List<String> allowedDomains) {

  /** The path of Autodiscover by SOAP. */
  public static final String SOAP_PATH = "/autodiscover/autodiscover.svc";

  /** The path of Autodiscover by plain old XML. */
  public static final String POX_PATH = "/autodiscover/autodiscover.xml";

  /** Where a mailbox is asked for by JSON, at the place that has this URL. */
  public static URI jsonUrl(URI place, String smtpAddress) {
    return place.resolve(
        "/autodiscover/autodiscover.json/v1.0/%s?Protocol=Ews"
            .formatted(
                URLEncoder.encode(smtpAddress, StandardCharsets.UTF_8)
                    .replace("%40", "@")
                    .replace("+", "%20")));
  }

  public AutodiscoverOrder {
    allowedDomains = List.copyOf(allowedDomains);
  }

  /** A way to find Autodiscover. */
  public sealed interface Step {

    /** Ask it here by SOAP, and by plain old XML if it has no SOAP. */
    record Ask(URI soapUrl) implements Step {}

    /** See where a plain, anonymous request is redirected to; only the redirect counts. */
    record AskAnonymously(URI url) implements Step {}

    /** See which host the domain's SRV record names. */
    record LookUp(String serviceName) implements Step {}
  }

  /** The ways for this domain, the first first; each host once. */
  public List<Step> steps(String domain) {
    var steps = new ArrayList<Step>();
    metadataUrl.ifPresent(it -> steps.add(new Step.Ask(it.resolve(SOAP_PATH))));
    for (String host : List.of(domain, "autodiscover." + domain)) {
      var ask = new Step.Ask(URI.create("https://" + host + SOAP_PATH));
      if (!steps.contains(ask)) {
        steps.add(ask);
      }
    }
    steps.add(new Step.AskAnonymously(URI.create("http://autodiscover." + domain + POX_PATH)));
    steps.add(new Step.LookUp("_autodiscover._tcp." + domain));
    return List.copyOf(steps);
  }

  /** Whether the partner itself vouches for what this host answers: it serves its metadata too. */
  public boolean isPartnersOwn(URI url) {
    return metadataUrl.filter(it -> origin(it).equals(origin(url))).isPresent();
  }

  /**
   * Whether a redirect may name this URL: https, and a host in the mailbox's domain, the host of
   * the metadata URL, or one that is allowed by configuration. Nobody else is to be sent a token
   * because somebody said so.
   */
  public boolean mayRedirectTo(URI url, String domain) {
    if (url.getHost() == null || !"https".equalsIgnoreCase(url.getScheme())) {
      return false;
    }
    String host = url.getHost().toLowerCase(Locale.ROOT);
    return within(host, domain)
        || metadataUrl.filter(it -> host.equalsIgnoreCase(it.getHost())).isPresent()
        || allowedDomains.stream()
            .map(it -> it.toLowerCase(Locale.ROOT))
            .anyMatch(it -> it.startsWith("*.") ? host.endsWith(it.substring(1)) : host.equals(it));
  }

  private static boolean within(String host, String domain) {
    return host.equals(domain) || host.endsWith("." + domain);
  }

  private static String origin(URI url) {
    int port = url.getPort() < 0 ? 443 : url.getPort();
    return (url.getScheme() + "://" + url.getHost() + ":" + port).toLowerCase(Locale.ROOT);
  }
}
