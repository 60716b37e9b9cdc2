package dev.concordat.registry.setup;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * A URL that was taken apart and written anew: an http or https scheme, a host, no user, no
 * fragment, ASCII only, and no quote.
 *
 * @param text as it is written
 */
public record WebUrl(String text) {

  /** What {@link #https} takes, in words. */
  public static final String RULE =
      "an absolute https URL with a host, without user and fragment, of at most 2048 characters";

  private static final int LONGEST = 2048;

  public WebUrl {
    if (!written(text).filter(text::equals).isPresent()) {
      throw new IllegalArgumentException("not a URL as it is written here");
    }
  }

  /** The URL in a text, if there is one; plain http as well, for laboratories. */
  public static Optional<WebUrl> of(String text) {
    return written(text).map(WebUrl::new);
  }

  /** The https URL in a text, if there is one. */
  public static Optional<WebUrl> https(String text) {
    return of(text).filter(WebUrl::isHttps);
  }

  /** Whether it is read over TLS. */
  public boolean isHttps() {
    return text.startsWith("https:");
  }

  /** Whether its host is whoever reads it. */
  public boolean isLoopback() {
    String host = URI.create(text).getHost().toLowerCase(Locale.ROOT);
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  /** The same server's URL with a path behind this one's. */
  public WebUrl at(String path) {
    return new WebUrl((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path);
  }

  private static Optional<String> written(String text) {
    if (text.length() > LONGEST || !SafeCharacters.only(text)) {
      return Optional.empty();
    }
    try {
      var url = new URI(text);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      int port = url.getPort();
      if (!(scheme.equals("https") || scheme.equals("http"))
          || url.getHost() == null
          || url.getHost().isEmpty()
          || url.getRawUserInfo() != null
          || url.getRawFragment() != null
          || port == 0
          || port > 65535) {
        return Optional.empty();
      }
      String ascii = url.toASCIIString();
      String written = scheme + ascii.substring(scheme.length()).replace("'", "%27");
      return written.length() > LONGEST ? Optional.empty() : Optional.of(written);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
