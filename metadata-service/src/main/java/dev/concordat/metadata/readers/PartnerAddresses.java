package dev.concordat.metadata.readers;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Which addresses the partners' host names lead to: those of their metadata URL and of the
 * endpoints in their document.
 */
final class PartnerAddresses {

  private static final Logger LOG = Logger.getLogger(PartnerAddresses.class);

  /** How long what was looked up holds. */
  static final Duration LIFETIME = Duration.ofMinutes(10);

  /** The same once other partners are registered than were. */
  static final Duration LIFETIME_AFTER_CHANGE = Duration.ofSeconds(5);

  /** A name server is asked by so many at once. */
  private static final int AT_ONCE = 32;

  private PartnerAddresses() {}

  /** Looks all names up; takes as long as the slowest name server. */
  static Recognition lookUp(
      Map<String, PartnerRegistered> partners,
      Function<String, Optional<MetadataRefreshed>> latest,
      boolean byProduct)
      throws InterruptedException {
    var kinds = new HashMap<String, PartnerKind>();
    var byHost = new HashMap<String, Set<String>>();
    partners.forEach(
        (name, partner) -> {
          if (partner.enabled()) {
            kinds.put(name, partner.kind());
            for (String host : hosts(partner, latest.apply(name))) {
              byHost.computeIfAbsent(host, _ -> new HashSet<>()).add(name);
            }
          }
        });
    var byAddress = new ConcurrentHashMap<String, Set<String>>();
    var places = new Semaphore(AT_ONCE);
    try (var lookUps = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var host : byHost.entrySet()) {
        places.acquire();
        lookUps.execute(
            () -> {
              try {
                for (InetAddress address : InetAddress.getAllByName(host.getKey())) {
                  byAddress
                      .computeIfAbsent(address.getHostAddress(), _ -> ConcurrentHashMap.newKeySet())
                      .addAll(host.getValue());
                }
              } catch (UnknownHostException e) {
                LOG.debugf("the name %s can't be resolved", host.getKey());
              } finally {
                places.release();
              }
            });
      }
    }
    return new Recognition(byAddress, kinds, byProduct);
  }

  private static Set<String> hosts(PartnerRegistered partner, Optional<MetadataRefreshed> latest) {
    var hosts = new HashSet<String>();
    if (partner.trust() instanceof Trust.ByMetadata trust) {
      host(trust.metadataUrl()).ifPresent(hosts::add);
    }
    latest
        .map(MetadataRefreshed::document)
        .ifPresent(
            document ->
                document.endpoints().forEach(it -> host(it.location()).ifPresent(hosts::add)));
    return hosts;
  }

  private static Optional<String> host(String url) {
    try {
      return Optional.ofNullable(URI.create(url).getHost());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
