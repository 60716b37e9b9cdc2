package dev.concordat.registry.rules;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every partner application, found by what must be unique. Names are compared without regard to
 * case. Not thread-safe: it belongs to whoever decides.
 */
public final class Partners {

  /** What makes a partner application the same one to its peers. */
  record Identity(String applicationIdentifier, String realm) {}

  private final Map<String, PartnerRegistered> byName = new HashMap<>();
  private final Map<Identity, String> byIdentity = new HashMap<>();
  private final Map<String, Set<String>> byTokenServer = new HashMap<>();
  private final Set<String> lost = new HashSet<>();
  private long revision;

  /** An empty registry. */
  public Partners() {}

  /**
   * The registry as it stands.
   *
   * @param lost the names of those that the topic, deleted and made anew, has lost: to register one
   *     of them again as it was writes it again
   * @param revision at least as high as any partner's
   */
  public Partners(Collection<PartnerRegistered> partners, Set<String> lost, long revision) {
    partners.forEach(this::put);
    lost.forEach(name -> this.lost.add(folded(name)));
    this.revision = Math.max(this.revision, revision);
  }

  /** How a name is compared. */
  public static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** The partner of this name, whatever its case. */
  public Optional<PartnerRegistered> named(String name) {
    return Optional.ofNullable(byName.get(folded(name)));
  }

  /** The revision of the last change. */
  public long revision() {
    return revision;
  }

  /** Whether the topic has lost the partner of this name. */
  boolean isLost(String name) {
    return lost.contains(folded(name));
  }

  /** The name of the partner with this identity. */
  Optional<String> withIdentity(Identity identity) {
    return Optional.ofNullable(byIdentity.get(identity));
  }

  /** The names of the partners that a token server vouches for. */
  Set<String> vouchedForBy(String tokenServer) {
    return byTokenServer.getOrDefault(folded(tokenServer), Set.of());
  }

  /** Makes a decision the state. */
  public void apply(Decision decision) {
    switch (decision) {
      case Decision.Created(PartnerRegistered partner) -> {
        lost.remove(folded(partner.name()));
        put(partner);
      }
      case Decision.Replaced(PartnerRegistered partner) -> {
        named(partner.name()).ifPresent(this::forget);
        lost.remove(folded(partner.name()));
        put(partner);
      }
      case Decision.Removed(PartnerRegistered partner, long after) -> {
        forget(partner);
        lost.remove(folded(partner.name()));
        revision = after;
      }
      case Decision.Unchanged _, Decision.Refused _ -> {}
    }
  }

  private void put(PartnerRegistered partner) {
    byName.put(folded(partner.name()), partner);
    identity(partner).ifPresent(identity -> byIdentity.put(identity, partner.name()));
    if (partner.trust() instanceof Trust.ByTokenServer(String tokenServer)) {
      byTokenServer.computeIfAbsent(folded(tokenServer), _ -> new HashSet<>()).add(partner.name());
    }
    revision = Math.max(revision, partner.revision());
  }

  private void forget(PartnerRegistered partner) {
    byName.remove(folded(partner.name()));
    identity(partner).ifPresent(byIdentity::remove);
    if (partner.trust() instanceof Trust.ByTokenServer(String tokenServer)) {
      vouchedForBy(tokenServer).remove(partner.name());
    }
  }

  static Optional<Identity> identity(PartnerRegistered partner) {
    String applicationIdentifier = partner.applicationIdentifier();
    String realm = partner.realm();
    return applicationIdentifier == null || realm == null
        ? Optional.empty()
        : Optional.of(new Identity(applicationIdentifier, realm));
  }
}
