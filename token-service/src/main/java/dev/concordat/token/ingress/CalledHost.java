package dev.concordat.token.ingress;

import java.util.List;
import java.util.Optional;

/**
 * The host that the caller of an ingress called: {@code X-Forwarded-Host} where the ingress sets it
 * (nginx by configuration, Traefik always), else {@code Host}, which Envoy leaves as it was.
 */
final class CalledHost {

  private static final String HTTPS = "443";
  private static final int MOST_PORT_DIGITS = 5;

  private CalledHost() {}

  /**
   * With {@code :port} off 443. Empty where it can't be told: a header that is there twice, or is a
   * list, was begun by somebody before the ingress.
   *
   * @param forwardedHost each value of {@code X-Forwarded-Host}
   * @param forwardedPort each value of {@code X-Forwarded-Port}
   * @param host each value of {@code Host}
   */
  static Optional<String> of(
      List<String> forwardedHost, List<String> forwardedPort, List<String> host) {
    List<String> named = forwardedHost.isEmpty() ? host : forwardedHost;
    if (named.size() != 1 || named.getFirst().isBlank() || named.getFirst().contains(",")) {
      return Optional.empty();
    }
    String called = named.getFirst().strip();
    int colon = called.indexOf(':');
    if (colon >= 0 && !port(called.substring(colon + 1))) {
      return Optional.empty();
    }
    if (called.endsWith(":" + HTTPS)) {
      return Optional.of(called.substring(0, called.length() - HTTPS.length() - 1));
    }
    if (forwardedHost.isEmpty() || called.contains(":") || forwardedPort.isEmpty()) {
      return Optional.of(called);
    }
    String port = forwardedPort.getFirst().strip();
    if (forwardedPort.size() != 1 || !port(port)) {
      return Optional.empty();
    }
    return Optional.of(port.equals(HTTPS) ? called : called + ":" + port);
  }

  private static boolean port(String text) {
    return !text.isEmpty()
        && text.length() <= MOST_PORT_DIGITS
        && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
  }
}
