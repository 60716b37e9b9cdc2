package dev.concordat.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;

/** Where partners read what we publish: the metadata-service's own setting. */
@ConfigMapping(prefix = "concordat.metadata.public-url")
public interface PublicationSettings {

  /** The URL that partners reach the metadata-service by, without a path. */
  @WithParentName
  @WithDefault("http://localhost:8082")
  String publicUrl();
}
