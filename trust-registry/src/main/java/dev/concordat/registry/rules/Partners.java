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
  private long revision;

  /** An empty registry. */
  public Partners() {}

  /** The registry as it stands, at a revision that is at least as high as any partner's. */
  public Partners(Collection<PartnerRegistered> partners, long revision) {
    partners.forEach(this::put);
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
      case Decision.Created(PartnerRegistered partner) -> put(partner);
      case Decision.Replaced(PartnerRegistered partner) -> {
        named(partner.name()).ifPresent(this::forget);
        put(partner);
      }
      case Decision.Removed(PartnerRegistered partner, long after) -> {
        forget(partner);
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
