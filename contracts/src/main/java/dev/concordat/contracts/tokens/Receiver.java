package dev.concordat.contracts.tokens;

import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked to accept a token.
 *
 * @param applicationIdentifier its own
 * @param realms the realms that it counts as its own
 * @param hosts its host names, without ports
 * @param hostCalled the host that this request was sent to, with {@code :port} off 443; absent
 *     where that isn't known, and then any of its hosts will do
 * @param ownKeys the {@code x5t} of each key that it publishes itself; none of them proves a
 *     partner
 */
public record Receiver(
    String applicationIdentifier,
    Set<String> realms,
    Set<String> hosts,
    @Nullable String hostCalled,
    Set<String> ownKeys) {

  public Receiver {
    realms = Set.copyOf(realms);
    hosts = hosts.stream().map(AudienceName::canonicalHost).collect(Collectors.toUnmodifiableSet());
    hostCalled = hostCalled == null ? null : AudienceName.canonicalHost(hostCalled);
    ownKeys = Set.copyOf(ownKeys);
  }

  /** A receiver with one realm that doesn't know yet how it was called. */
  public static Receiver of(String applicationIdentifier, String realm, Set<String> hosts) {
    return new Receiver(applicationIdentifier, Set.of(realm), hosts, null, Set.of());
  }

  /** The same receiver, called by this host, with {@code :port} off 443. */
  public Receiver calledAs(String host) {
    return new Receiver(applicationIdentifier, realms, hosts, host, ownKeys);
  }

  /** The same receiver, which publishes these keys. */
  public Receiver publishing(Set<String> x5ts) {
    return new Receiver(applicationIdentifier, realms, hosts, hostCalled, x5ts);
  }

  boolean is(PrincipalName name, RealmComparison comparison) {
    return comparison.same(applicationIdentifier, name.applicationIdentifier())
        && ownsRealm(name.realm(), comparison);
  }

  boolean ownsRealm(String realm, RealmComparison comparison) {
    return realms.stream().anyMatch(own -> comparison.same(own, realm));
  }

  boolean hasHost(AudienceName audience) {
    return hosts.contains(audience.hostName());
  }

  /**
   * Whether the audience's host is the one called. A port may be left out or given, but a given one
   * must be the one called.
   */
  boolean wasCalledAs(AudienceName audience) {
    String called = hostCalled;
    if (called == null) {
      return true;
    }
    String audienceHost = AudienceName.canonicalHost(audience.host());
    return called.equals(audienceHost)
        || (audience.port().isEmpty() && called.startsWith(audience.hostName() + ":"));
  }

  String hostsForPeople() {
    return String.join(", ", hosts.stream().sorted().toList()).toLowerCase(Locale.ROOT);
  }
}
