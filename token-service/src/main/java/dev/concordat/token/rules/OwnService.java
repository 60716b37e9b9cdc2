package dev.concordat.token.rules;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.MalformedName;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * A service of our own: a generic partner whose application identifier is a URI, which no
 * server-to-server name can hold. It gets access tokens of RFC 9068 whose {@code aud} is that
 * identifier (trust reference, section 8).
 */
public final class OwnService {

  private static final int HTTPS = 443;

  private OwnService() {}

  /** The identifier of a partner that is a service of our own; empty where it is none. */
  public static Optional<String> identifier(PartnerRegistered partner) {
    String identifier = partner.applicationIdentifier();
    return partner.kind() == PartnerKind.GENERIC && identifier != null && identifier.contains(":")
        ? Optional.of(identifier)
        : Optional.empty();
  }

  /**
   * Whether a resource is the service: its identifier itself, or a URL beneath it where that is
   * one.
   */
  public static boolean covers(String identifier, String resource) {
    if (identifier.equals(resource)) {
      return true;
    }
    URI base = https(identifier).orElse(null);
    URI called = https(resource).orElse(null);
    if (base == null || called == null || !authority(base).equals(authority(called))) {
      return false;
    }
    String path = base.getRawPath();
    String below = called.getRawPath();
    return path.isEmpty()
        || below.equals(path)
        || below.startsWith(path.endsWith("/") ? path : path + "/");
  }

  /**
   * Whether a service is called by this host.
   *
   * @param hostCalled with {@code :port} off 443
   */
  public static boolean isAt(String identifier, String hostCalled) {
    try {
      String host = AudienceName.canonicalHost(hostCalled);
      return https(identifier).filter(url -> authority(url).equals(host)).isPresent();
    } catch (MalformedName noHost) {
      return false;
    }
  }

  /** An https URL that could be called, without dots that lead out of where it begins. */
  private static Optional<URI> https(String text) {
    try {
      URI url = URI.create(text);
      String path = url.getRawPath();
      boolean plain =
          "https".equalsIgnoreCase(url.getScheme())
              && url.getHost() != null
              && url.getRawUserInfo() == null
              && url.getRawFragment() == null
              && path != null
              && path.equals(url.normalize().getRawPath())
              && !path.toLowerCase(Locale.ROOT).contains("%2e");
      return plain ? Optional.of(url) : Optional.empty();
    } catch (IllegalArgumentException noUrl) {
      return Optional.empty();
    }
  }

  private static String authority(URI url) {
    int port = url.getPort() < 0 ? HTTPS : url.getPort();
    return AudienceName.canonicalHost(url.getHost() + ":" + port);
  }
}
