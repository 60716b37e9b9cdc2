package dev.concordat.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/**
 * Who we are to partners; the same as for the metadata-service and the token-service. Only the
 * commands for partners need it, so the registry starts without.
 */
@ConfigMapping(prefix = "concordat.identity")
public interface IdentitySettings {

  /** Our application identifier, a GUID: what partners register us by. */
  Optional<String> applicationIdentifier();

  /** Our realm: usually the default accepted domain or SIP domain, or the farm's GUID. */
  Optional<String> realm();

  /** The host names that we are called by; not needed here. */
  Optional<List<String>> hosts();

  /** The application identifier of our token server; not needed here. */
  Optional<String> tokenServerIdentifier();

  /** The name that our documents show, and that partners register us under unless told another. */
  @WithDefault("Concordat")
  String displayName();
}
