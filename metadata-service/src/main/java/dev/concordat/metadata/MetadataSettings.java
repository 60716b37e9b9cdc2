package dev.concordat.metadata;

import dev.concordat.contracts.metadata.AuthMetadataWriter;
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

  /**
   * How the keys are named in our documents: {@code exchange} ({@code keyinfo} beside {@code
   * keyvalue}) or {@code token-server} ({@code keyInfo} inside {@code keyValue}). That the default
   * suits every product is assumed.
   */
  @WithDefault("exchange")
  AuthMetadataWriter.Casing casing();

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

  /**
   * How many documents are read at the same time at most; those of partners whose last reading
   * failed have a quarter as many places of their own, so that many that are down delay no other.
   */
  @WithDefault("128")
  int concurrentReadings();

  /** How long a partner is not read again for what tokens or challenges of strangers cause. */
  @WithDefault("30s")
  Duration requestPause();

  /** How long one reading may take. */
  @WithDefault("10s")
  Duration readingTimeout();

  /** So long before the end of a partner's last signing certificate there is a warning. */
  @WithDefault("30d")
  Duration certificateWarning();

  /** So long before the end of the TLS certificate of a partner's server there is a warning. */
  @WithDefault("14d")
  Duration tlsWarning();

  /** A partner whose document can't be had for so long is unreachable for long. */
  @WithDefault("1h")
  Duration unreachableWarning();

  /**
   * Whether a reader of our document may be told by the product that its {@code User-Agent} names,
   * where its address does not tell. Anybody can name himself so.
   */
  @WithDefault("true")
  boolean recogniseByProduct();
}
