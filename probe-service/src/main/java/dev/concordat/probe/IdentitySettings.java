package dev.concordat.probe;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Who we are to partners; the same for the metadata-service and the token-service. */
@ConfigMapping(prefix = "concordat.identity")
public interface IdentitySettings {

  /** Our application identifier, a GUID: what partners register us by. */
  String applicationIdentifier();

  /** Our realm: usually the default accepted domain or SIP domain, or the farm's GUID. */
  String realm();

  /** The host names that we are called by; not needed here. */
  Optional<List<String>> hosts();

  /** The application identifier of our token server; not needed here. */
  Optional<String> tokenServerIdentifier();

  /** The name that our documents show; not needed here. */
  Optional<String> displayName();
}
