package dev.concordat.outbound;

import dev.concordat.outbound.OutboundFailure.Reason;
import java.net.IDN;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a URL that is about to be called says, and whether it may be called at all. */
final class Targets {

  private static final Pattern DOTTED_QUAD =
      Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

  private Targets() {}

  /** The same URL in ASCII, if it may be called. */
  static URI callable(URI uri, boolean allowHttp) throws OutboundFailure {
    Optional<String> refusal = refusal(uri, allowHttp);
    if (refusal.isPresent()) {
      throw new OutboundFailure(uri, new Reason.RefusedUrl(), refusal.get());
    }
    return URI.create(uri.toASCIIString());
  }

  private static Optional<String> refusal(URI uri, boolean allowHttp) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null && international(uri)) {
      return Optional.of(
          "The host of a URL must be written in ASCII letters%s.".formatted(inAscii(uri)));
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null) {
      return Optional.of(
          "A URL must have a host and no user, which %s has not.".formatted(shown(uri)));
    }
    if (!scheme.equals("https") && !(allowHttp && scheme.equals("http"))) {
      return Optional.of(
          "%s is not https, and plain http is not allowed for it.".formatted(shown(uri)));
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      return Optional.of("%s has a port that is none.".formatted(shown(uri)));
    }
    if (oddNumber(name(uri))) {
      return Optional.of(
          "An address must be written as four decimal numbers, which %s is not."
              .formatted(shown(uri)));
    }
    return Optional.empty();
  }

  private static boolean international(URI uri) {
    return uri.getRawAuthority() != null
        && uri.getRawAuthority().indexOf('@') < 0
        && uri.getRawAuthority().chars().anyMatch(c -> c > 0x7f);
  }

  private static String inAscii(URI uri) {
    try {
      return ": " + IDN.toASCII(uri.getRawAuthority());
    } catch (IllegalArgumentException _) {
      return "";
    }
  }

  /**
   * Whether others might read an address in it, in octal, in hexadecimal or with parts left out.
   */
  private static boolean oddNumber(String host) {
    if (host.contains(":")) {
      return false;
    }
    String last = host.substring(host.lastIndexOf('.') + 1);
    return !last.isEmpty()
        && last.charAt(0) >= '0'
        && last.charAt(0) <= '9'
        && !DOTTED_QUAD.matcher(host).matches();
  }

  /** Whether a host is an address and no name. */
  static boolean literal(String host) {
    return host.contains(":") || DOTTED_QUAD.matcher(host).matches();
  }

  /** The host as certificates and virtual hosts know it: without brackets and final dot. */
  static String name(URI uri) {
    String host = unbracketed(uri.getHost());
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  static boolean tls(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : tls(uri) ? 443 : 80;
  }

  static boolean sameOrigin(URI one, URI other) {
    return one.getHost() != null
        && other.getHost() != null
        && tls(one) == tls(other)
        && name(one).equalsIgnoreCase(name(other))
        && port(one) == port(other);
  }

  /** Host, and port where it is a particular one. */
  static String authority(URI uri) {
    return uri.getPort() < 0 ? String.valueOf(uri.getHost()) : uri.getHost() + ":" + uri.getPort();
  }

  /** A URL as it may be shown: without user and query, which may hold secrets. */
  static String shown(URI uri) {
    return uri.getHost() == null
        ? "the URL"
        : uri.getScheme() + "://" + authority(uri) + (uri.getPath() == null ? "" : uri.getPath());
  }
}
