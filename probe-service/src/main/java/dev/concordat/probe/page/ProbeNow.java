package dev.concordat.probe.page;

import dev.concordat.probe.ServiceSettings;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who may have a mailbox probed from the page. */
@Singleton
final class ProbeNow {

  private final boolean isPublic;

  ProbeNow(ServiceSettings settings) {
    isPublic = settings.statusPage().isPublic() && settings.statusPage().publicProbes();
  }

  /** Whether this reader may have any mailbox probed. */
  boolean mayAll(SecurityContext reader) {
    return reader.isUserInRole("admin");
  }

  /** Whether this reader may have a target of the page probed. */
  boolean mayKnown(SecurityContext reader) {
    return isPublic || mayAll(reader);
  }

  /**
   * Whether a form was sent from this page, not from another site in the reader's browser: those
   * say where they come from, and scripts cannot forge it.
   */
  static boolean isFromHere(HttpHeaders headers) {
    String site = headers.getHeaderString("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin") || site.equals("none");
    }
    String origin = headers.getHeaderString("Origin");
    return origin != null && sameHost(origin, headers.getHeaderString("Host"));
  }

  private static boolean sameHost(String origin, @Nullable String host) {
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority != null && authority.toLowerCase(Locale.ROOT).equals(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
