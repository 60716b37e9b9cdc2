package dev.concordat.contracts.names;

import java.net.IDN;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Whom a token is for: {@code <application identifier>/<host>@<realm>} (MS-XOAUTH 2.2), where the
 * realm is the receiver's. The parts are kept as they were read; {@link #lowerCase()} is what we
 * emit.
 *
 * @param applicationIdentifier the receiver's, usually a GUID
 * @param host the host of the URL that is called, with {@code :port} off 443
 * @param realm the receiver's realm
 */
public record AudienceName(String applicationIdentifier, String host, String realm) {

  /** The port that no audience names. */
  public static final int DEFAULT_PORT = 443;

  private static final int LONGEST_LABEL = 63;

  private static final Pattern HOST =
      Pattern.compile("(?<name>\\[[0-9A-Fa-f:.]{2,45}]|[^:\\[\\]]+)(?::(?<port>[0-9]{1,5}))?");

  private static final Pattern CANONICAL_NAME =
      Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*+|\\[[0-9a-f:.]+]");

  /**
   * @throws MalformedName if a part is empty or contains what parts a name, if the host is no host
   *     with an optional port, or if the whole is longer than 512 characters
   */
  public AudienceName {
    NameText.part("the application identifier", applicationIdentifier);
    NameText.part("the host", host);
    NameText.part("the realm", realm);
    NameText.checked("the audience", applicationIdentifier + "/" + host + "@" + realm);
    if (!canonicalAlready(host)) {
      requireHost(applicationIdentifier, host, realm);
    }
  }

  private static void requireHost(String applicationIdentifier, String host, String realm) {
    var parsed = HOST.matcher(host);
    if (!parsed.matches() || !CANONICAL_NAME.matcher(canonicalName(nameOf(host))).matches()) {
      throw new MalformedName("the host is no host name with an optional port");
    }
    NameText.checked(
        "the audience", applicationIdentifier + "/" + canonicalHost(host) + "@" + realm);
    String port = parsed.group("port");
    if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535)) {
      throw new MalformedName("the host's port is not between 1 and 65535");
    }
  }

  /**
   * Reads the wire form: exactly one {@code /} before exactly one {@code @}, three parts that are
   * not empty, at most 512 characters, no white space, control character or {@code %}.
   *
   * @throws MalformedName if the text is anything else
   */
  public static AudienceName parse(String text) {
    NameText.checked("the audience", text);
    int slash = text.indexOf('/');
    int at = text.indexOf('@');
    if (slash < 0 || at < slash || slash != text.lastIndexOf('/') || at != text.lastIndexOf('@')) {
      throw new MalformedName(
          "an audience has exactly one / before exactly one @:"
              + " <application identifier>/<host>@<realm>");
    }
    return new AudienceName(
        text.substring(0, slash), text.substring(slash + 1, at), text.substring(at + 1));
  }

  /** As {@link #parse}, but empty where the text is malformed. */
  public static Optional<AudienceName> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (MalformedName malformed) {
      return Optional.empty();
    }
  }

  /**
   * The audience of a call to this URL, in the form that we emit: lower case, the host as an
   * A-label without a trailing dot, its port only off 443.
   *
   * @throws MalformedName if the URL has no host, or a part is no part of a name
   */
  public static AudienceName ofCall(String applicationIdentifier, URI url, String realm) {
    String host = url.getHost();
    if (host == null) {
      throw new MalformedName("the URL has no host");
    }
    int defaultPort = "http".equalsIgnoreCase(url.getScheme()) ? 80 : DEFAULT_PORT;
    int port = url.getPort() < 0 ? defaultPort : url.getPort();
    return new AudienceName(
            applicationIdentifier, port == DEFAULT_PORT ? host : host + ":" + port, realm)
        .lowerCase();
  }

  /**
   * Whether both are the same audience: application identifier and realm ordinally, the host
   * regardless of case (MS-XOAUTH 3.2.5.6), of a trailing dot and of a port 443.
   */
  public boolean matches(AudienceName other) {
    return matches(other, RealmComparison.ORDINAL);
  }

  /**
   * As {@link #matches(AudienceName)}, with this comparison of application identifier and realm.
   */
  public boolean matches(AudienceName other, RealmComparison comparison) {
    return comparison.same(applicationIdentifier, other.applicationIdentifier)
        && comparison.same(realm, other.realm)
        && canonicalHost(host).equals(canonicalHost(other.host));
  }

  /** The host alone, in the form that hosts are compared in: lower case, no port, no last dot. */
  public String hostName() {
    return canonicalAlready(host) ? host : canonicalName(nameOf(host));
  }

  /** The port that the audience names. */
  public OptionalInt port() {
    return portOf(host);
  }

  /** The name without its host: the receiver as a principal. */
  public PrincipalName principal() {
    return new PrincipalName(applicationIdentifier, realm);
  }

  /** The form that we emit: lower case only, the host as {@link #canonicalHost} has it. */
  public AudienceName lowerCase() {
    String lowerIdentifier = NameText.lower(applicationIdentifier);
    String lowerRealm = NameText.lower(realm);
    if (lowerIdentifier.equals(applicationIdentifier)
        && lowerRealm.equals(realm)
        && canonicalAlready(host)) {
      return this;
    }
    return new AudienceName(lowerIdentifier, canonicalHost(host), lowerRealm);
  }

  /**
   * A host with an optional port in the form that is emitted and compared: lower case, A-label, no
   * trailing dot, no port 443.
   */
  public static String canonicalHost(String host) {
    if (canonicalAlready(host)) {
      return host;
    }
    OptionalInt port = portOf(host);
    String name = canonicalName(nameOf(host));
    return port.isEmpty() || port.getAsInt() == DEFAULT_PORT ? name : name + ":" + port.getAsInt();
  }

  /** The wire form. */
  @Override
  public String toString() {
    return applicationIdentifier + "/" + host + "@" + realm;
  }

  /** Whether it is a lower-case name without port, as nearly every host is that is seen. */
  private static boolean canonicalAlready(String host) {
    int label = 0;
    for (int i = 0; i < host.length(); i++) {
      char it = host.charAt(i);
      if (it == '.' && label > 0) {
        label = 0;
      } else if ((it >= 'a' && it <= 'z') || (it >= '0' && it <= '9') || it == '-' || it == '_') {
        label++;
        if (label > LONGEST_LABEL) {
          return false;
        }
      } else {
        return false;
      }
    }
    return label > 0;
  }

  private static String nameOf(String host) {
    var parsed = HOST.matcher(host);
    String name = parsed.matches() ? parsed.group("name") : null;
    return name == null ? host : name;
  }

  private static OptionalInt portOf(String host) {
    var parsed = HOST.matcher(host);
    String port = parsed.matches() ? parsed.group("port") : null;
    return port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port));
  }

  private static String canonicalName(String name) {
    String undotted = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (undotted.chars().allMatch(character -> character < 0x80)) {
      return undotted.toLowerCase(Locale.ROOT);
    }
    try {
      return IDN.toASCII(undotted, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException notInternational) {
      return undotted.toLowerCase(Locale.ROOT);
    }
  }
}
