package dev.concordat.metadata;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Who we are to partners; the same for the token-service. */
@ConfigMapping(prefix = "concordat.identity")
public interface IdentitySettings {

  /** Our application identifier, a GUID: what partners register us by. */
  String applicationIdentifier();

  /** Our realm: usually the default accepted domain or SIP domain, or the farm's GUID. */
  String realm();

  /** The host names that we are called by. */
  Optional<List<String>> hosts();

  /** The application identifier of our token server. */
  @WithDefault("00000001-0000-0000-c000-000000000000")
  String tokenServerIdentifier();

  /** The name that our documents show. */
  @WithDefault("Concordat")
  String displayName();
}
