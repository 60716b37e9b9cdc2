package dev.concordat.token.validation;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.tokens.Receiver;
import dev.concordat.token.IdentityConfig;
import dev.concordat.token.OurIdentity;
import dev.concordat.token.keys.ActiveKeyRing;
import dev.concordat.token.keys.KeyRing;
import dev.concordat.token.keys.NoSigningKey;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Ourselves as those who are asked to accept a token. */
@Startup
@Singleton
public class OurReceiver {

  private final ActiveKeyRing keys;
  private final Receiver withoutKeys;
  private volatile Published published;

  /** The receiver that publishes the keys of this ring. */
  private record Published(@Nullable KeyRing ring, Receiver receiver) {}

  @Inject
  OurReceiver(OurIdentity identity, IdentityConfig config, ActiveKeyRing keys) {
    this.keys = keys;
    List<String> hosts = config.hosts().orElse(List.of());
    try {
      withoutKeys =
          Receiver.of(
              identity.name().applicationIdentifier(), identity.name().realm(), Set.copyOf(hosts));
    } catch (MalformedName e) {
      throw new ConfigurationException(
          "concordat.identity.hosts is %s; allowed are host names without ports: %s."
              .formatted(hosts, e.getMessage()));
    }
    published = new Published(null, withoutKeys);
  }

  /** Ourselves with the keys that we publish now; the same object while they are the same. */
  public Receiver now() {
    Published known = published;
    KeyRing ring;
    try {
      ring = keys.ring();
    } catch (NoSigningKey revoked) {
      // We sign nothing then, and go on judging what others have signed.
      return known.receiver();
    }
    if (!ring.equals(known.ring())) {
      known = publishing(ring);
      published = known;
    }
    return known.receiver();
  }

  private Published publishing(KeyRing ring) {
    return new Published(
        ring,
        withoutKeys.publishing(
            ring.published().stream()
                .map(KeyRing.Published::certificate)
                .map(SigningCertificate::x5t)
                .collect(Collectors.toUnmodifiableSet())));
  }
}
