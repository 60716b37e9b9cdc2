package dev.concordat.registry.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Callers that have a role by their token's subject ({@code sub}), whatever else their token says.
 * Kubernetes service accounts need it, because their tokens have no groups. Compared exactly; the
 * issuer's word for the subject is what counts, so name subjects of the configured issuer only.
 */
@ConfigMapping(prefix = "concordat.access")
public interface AccessSettings {

  /**
   * Who has the role admin, such as {@code system:serviceaccount:concordat:gitops}; an admin may
   * read as well.
   */
  Optional<List<String>> admins();

  /** Who has the role viewer. */
  Optional<List<String>> viewers();

  /**
   * For how long a bearer token that held is not checked again, from nothing to five minutes: a key
   * that its issuer withdraws is trusted for as much longer.
   */
  @WithDefault("30s")
  Duration remembered();
}
