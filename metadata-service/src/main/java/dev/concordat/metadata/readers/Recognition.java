package dev.concordat.metadata.readers;

import dev.concordat.contracts.events.DocumentRead;
import dev.concordat.contracts.events.PartnerKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which partner a reader is. The address counts where only one partner has it; where several
 * do, behind one proxy or load balancer, the product that the {@code User-Agent} names must tell
 * them apart. By the product alone a reader is told where exactly one partner is of it. That the
 * products name themselves so is assumed, and anybody can: that is why it can be switched off.
 *
 * @param byAddress the partners whose host names lead to an address
 * @param kinds the kind of each enabled partner
 * @param byProduct whether the product's header counts at all
 */
record Recognition(
    Map<String, Set<String>> byAddress, Map<String, PartnerKind> kinds, boolean byProduct) {

  /** A partner and how it was told. */
  record Recognised(String partner, DocumentRead.Recognition by) {}

  Recognition {
    byAddress = Map.copyOf(byAddress);
    kinds = Map.copyOf(kinds);
  }

  Optional<Recognised> of(String address, @Nullable String userAgent) {
    Set<String> there = byAddress.getOrDefault(address, Set.of());
    if (there.size() == 1) {
      return Optional.of(new Recognised(there.iterator().next(), DocumentRead.Recognition.ADDRESS));
    }
    Optional<PartnerKind> product = byProduct ? product(userAgent) : Optional.empty();
    if (product.isEmpty()) {
      return Optional.empty();
    }
    List<String> candidates =
        (there.isEmpty() ? kinds.keySet() : there)
            .stream().filter(it -> kinds.get(it) == product.get()).limit(2).toList();
    return candidates.size() == 1
        ? Optional.of(
            new Recognised(candidates.getFirst(), DocumentRead.Recognition.PRODUCT_HEADER))
        : Optional.empty();
  }

  private static Optional<PartnerKind> product(@Nullable String userAgent) {
    if (userAgent == null) {
      return Optional.empty();
    }
    String agent = userAgent.toLowerCase(Locale.ROOT);
    if (agent.contains("sharepoint")) {
      return Optional.of(PartnerKind.SHAREPOINT);
    }
    if (agent.contains("exchange")) {
      return Optional.of(PartnerKind.EXCHANGE);
    }
    return agent.contains("lync") || agent.contains("skype")
        ? Optional.of(PartnerKind.SKYPE)
        : Optional.empty();
  }
}
