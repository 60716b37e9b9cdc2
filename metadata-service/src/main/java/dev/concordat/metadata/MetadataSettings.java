package dev.concordat.metadata;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;

/** Settings of the metadata-service. */
@ConfigMapping(prefix = "concordat.metadata")
public interface MetadataSettings {

  /** The URL that partners reach this service by, without a path; it stands in our documents. */
  @WithDefault("http://localhost:8082")
  URI publicUrl();

  /** The URL that workloads reach the token-service by; it stands in our documents. */
  @WithDefault("http://localhost:8083")
  URI tokenServiceUrl();

  /** How often a partner's document is read while all is well. */
  @WithDefault("1h")
  Duration refreshInterval();

  /** The shortest time between two readings that a document's own cache rules may ask for. */
  @WithDefault("5m")
  Duration shortestInterval();

  /** The pause after a first failed reading; it doubles with each further one. */
  @WithDefault("5s")
  Duration firstRetry();

  /** The longest pause between failed readings. */
  @WithDefault("15m")
  Duration longestRetry();

  /** How many documents are read at the same time at most. */
  @WithDefault("32")
  int concurrentReadings();

  /** How long one reading may take. */
  @WithDefault("10s")
  Duration readingTimeout();
}
