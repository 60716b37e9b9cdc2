package dev.concordat.token.partners;

import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import dev.concordat.token.rules.OwnService;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/**
 * The partners by what tokens and requests name them by: principal names, host names, the token
 * server that they come through. Kept change by change, so that a look-up never walks through them
 * all. Where two are registered under one name, the first in alphabetical order stands.
 */
@Startup
@Singleton
public class PartnerDirectory {

  private final Partners partners;
  private final ConcurrentMap<String, KnownPartner> known = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Set<String>> byPrincipal = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Set<String>> byHost = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Set<String>> byTokenServer = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Set<String>> byService = new ConcurrentHashMap<>();

  @Inject
  PartnerDirectory(Partners partners) {
    this.partners = partners;
    partners.onChange(this::read);
    partners.onReading(this::read);
    partners.names().forEach(this::read);
  }

  /** The partner of this name. */
  public Optional<KnownPartner> named(String name) {
    return Optional.ofNullable(known.get(name));
  }

  /** Whether nothing of this partner has changed since. */
  public boolean stands(KnownPartner partner) {
    return known.get(partner.registration().name()) == partner;
  }

  /** The partners that act under this name. */
  public Stream<KnownPartner> acting(PrincipalName name, RealmComparison comparison) {
    return named(byPrincipal, folded(name))
        .filter(
            partner ->
                partner.principal().filter(own -> own.matches(name, comparison)).isPresent());
  }

  /** The partners that are called by this host. */
  public Stream<KnownPartner> calledBy(String host) {
    try {
      return named(byHost, AudienceName.canonicalHost(host));
    } catch (MalformedName none) {
      return Stream.empty();
    }
  }

  /** The partners that come through this token server. */
  public Stream<KnownPartner> through(String tokenServer) {
    return named(byTokenServer, tokenServer);
  }

  /** The enabled service of our own that has this identifier. */
  public Optional<KnownPartner> service(String identifier) {
    return named(byService, identifier)
        .filter(partner -> partner.registration().enabled())
        .findFirst();
  }

  /** Every partner. */
  public Stream<KnownPartner> all() {
    return known.values().stream();
  }

  private Stream<KnownPartner> named(ConcurrentMap<String, Set<String>> index, String key) {
    Set<String> names = index.get(key);
    return names == null
        ? Stream.empty()
        : names.stream().flatMap(name -> Stream.ofNullable(known.get(name)));
  }

  private synchronized void read(String name) {
    var registration = partners.registration(name).orElse(null);
    KnownPartner now =
        registration == null
            ? null
            : new KnownPartner(registration, partners.reading(name).orElse(null));
    KnownPartner before = now == null ? known.remove(name) : known.put(name, now);
    if (before != null) {
      index(before, false);
    }
    if (now != null) {
      index(now, true);
    }
  }

  private void index(KnownPartner partner, boolean there) {
    String name = partner.registration().name();
    partner.principal().ifPresent(own -> put(byPrincipal, folded(own), name, there));
    OwnService.identifier(partner.registration()).ifPresent(id -> put(byService, id, name, there));
    partner.hosts().forEach(host -> put(byHost, host, name, there));
    if (partner.registration().trust() instanceof Trust.ByTokenServer(String server)) {
      put(byTokenServer, server, name, there);
    }
  }

  private static void put(
      ConcurrentMap<String, Set<String>> index, String key, String name, boolean there) {
    if (there) {
      index.computeIfAbsent(key, _ -> new ConcurrentSkipListSet<>()).add(name);
      return;
    }
    index.computeIfPresent(
        key,
        (_, names) -> {
          names.remove(name);
          return names.isEmpty() ? null : names;
        });
  }

  private static String folded(PrincipalName name) {
    return name.toString().toLowerCase(Locale.ROOT);
  }
}
