package dev.concordat.outbound;

import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which requests go through a proxy. {@code concordat.outbound.proxy} says it for all of them;
 * where it is not set, the environment does, as other programs read it: {@code https_proxy} or
 * {@code HTTPS_PROXY} for https, {@code http_proxy} for plain http. {@code HTTP_PROXY} is not read:
 * in a CGI, whoever sends a {@code Proxy} header sets it ("httpoxy").
 */
final class ProxyRule {

  private static final String PROXY = "concordat.outbound.proxy";
  private static final String NO_PROXY = "concordat.outbound.no-proxy";

  /**
   * A proxy.
   *
   * @param user absent where it asks for none
   */
  record Proxy(String host, int port, @Nullable String user, @Nullable String password) {

    /** Never with the password. */
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** What goes past the proxy. */
  private sealed interface Bypass {

    boolean covers(String host, int port);

    record Everything() implements Bypass {
      @Override
      public boolean covers(String host, int port) {
        return true;
      }
    }

    /** An address range, for hosts that are written as addresses. */
    record Addresses(AddressRange range) implements Bypass {
      @Override
      public boolean covers(String host, int port) {
        return literal(host).map(it -> range.contains(it.getAddress())).orElse(false);
      }
    }

    /** A name and every name below it; {@code port} 0 is any. */
    record Name(String name, int port) implements Bypass {
      @Override
      public boolean covers(String host, int asked) {
        return (port == 0 || port == asked) && (host.equals(name) || host.endsWith("." + name));
      }
    }
  }

  private final Optional<Proxy> https;
  private final Optional<Proxy> http;
  private final List<Bypass> bypasses;

  /**
   * @param environment the value of a variable, or null
   * @throws IllegalArgumentException if a value is no proxy, or no exception from it
   */
  ProxyRule(OutboundSettings settings, Function<String, @Nullable String> environment) {
    Optional<String> setting = settings.proxy().filter(it -> !it.isBlank());
    https =
        setting.isPresent()
            ? proxy(PROXY, setting.get())
            : first(environment, "https_proxy", "HTTPS_PROXY");
    http = setting.isPresent() ? proxy(PROXY, setting.get()) : first(environment, "http_proxy");
    bypasses =
        settings
            .noProxy()
            .map(list -> bypasses(NO_PROXY, list.stream()))
            .orElseGet(
                () ->
                    Stream.of("no_proxy", "NO_PROXY")
                        .filter(it -> !blank(environment.apply(it)))
                        .findFirst()
                        .map(
                            it ->
                                bypasses(
                                    it,
                                    Arrays.stream(
                                        String.valueOf(environment.apply(it)).split("[,\\s]+"))))
                        .orElse(List.of()));
  }

  /** The proxy that a request for this URL goes through; empty where it goes straight. */
  Optional<Proxy> proxyFor(URI target) {
    boolean tls = "https".equalsIgnoreCase(target.getScheme());
    int port = Targets.port(target);
    String host = Targets.name(target).toLowerCase(Locale.ROOT);
    return (tls ? https : http)
        .filter(_ -> bypasses.stream().noneMatch(it -> it.covers(host, port)));
  }

  private static Optional<Proxy> first(
      Function<String, @Nullable String> environment, String... names) {
    for (String name : names) {
      String value = environment.apply(name);
      if (!blank(value)) {
        return proxy(name, value);
      }
    }
    return Optional.empty();
  }

  private static boolean blank(@Nullable String value) {
    return value == null || value.isBlank();
  }

  private static Optional<Proxy> proxy(String key, @Nullable String value) {
    if (value == null || value.strip().equals("none")) {
      return Optional.empty();
    }
    String url = value.strip();
    URI uri;
    try {
      uri = URI.create(url.contains("://") ? url : "http://" + url);
    } catch (IllegalArgumentException _) {
      // Neither the value nor the exception, which quotes it: it may hold a password.
      throw new IllegalArgumentException(noProxy(key));
    }
    if (!"http".equalsIgnoreCase(uri.getScheme())
        || uri.getHost() == null
        || uri.getPort() == 0
        || uri.getPort() > 65535) {
      throw new IllegalArgumentException(noProxy(key));
    }
    String user = null;
    String password = null;
    if (uri.getRawUserInfo() != null) {
      String[] parts = uri.getRawUserInfo().split(":", 2);
      user = decoded(parts[0]);
      password = parts.length < 2 ? "" : decoded(parts[1]);
    }
    return Optional.of(
        new Proxy(
            Targets.unbracketed(uri.getHost()),
            uri.getPort() < 0 ? 80 : uri.getPort(),
            user,
            password));
  }

  private static String noProxy(String key) {
    return key
        + " is no proxy that can be used (its value is not shown, for it may hold a password), and"
        + " must be a URL such as http://proxy.example.com:3128, or none";
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static List<Bypass> bypasses(String key, Stream<String> entries) {
    return entries
        .map(it -> it.strip().toLowerCase(Locale.ROOT))
        .filter(it -> !it.isEmpty())
        .map(it -> bypass(key, it))
        .toList();
  }

  private static Bypass bypass(String key, String entry) {
    if (entry.equals("*")) {
      return new Bypass.Everything();
    }
    if (entry.contains("/") || literal(Targets.unbracketed(entry)).isPresent()) {
      return new Bypass.Addresses(AddressRange.parse(Targets.unbracketed(entry), key));
    }
    int colon = entry.lastIndexOf(':');
    String name = colon < 0 ? entry : entry.substring(0, colon);
    int port = 0;
    if (colon >= 0) {
      try {
        port = Integer.parseInt(entry.substring(colon + 1));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            key
                + " has "
                + entry
                + ", and must have names, addresses or ranges, with a port at most, such as"
                + " .example.com, 10.0.0.0/8 or intranet.example.com:8443",
            e);
      }
    }
    name = Targets.unbracketed(name);
    name = name.startsWith("*.") ? name.substring(1) : name;
    name = name.startsWith(".") ? name.substring(1) : name;
    return new Bypass.Name(name.endsWith(".") ? name.substring(0, name.length() - 1) : name, port);
  }

  /** The address, if this is one and no name. */
  private static Optional<InetAddress> literal(String host) {
    if (!Targets.literal(host)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
  }
}
