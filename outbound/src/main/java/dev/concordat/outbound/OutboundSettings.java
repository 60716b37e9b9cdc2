package dev.concordat.outbound;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where outbound requests may go, and how much time and room they have. */
@ConfigMapping(prefix = "concordat.outbound")
public interface OutboundSettings {

  /**
   * Address ranges (CIDR, such as {@code 127.0.0.0/8}) that are let through although they are
   * loopback, link-local or the like. For laboratories; empty in production.
   */
  Optional<List<String>> allowedAddresses();

  /** A PEM file of certificate authorities that are trusted beside the platform's. */
  Optional<Path> caBundle();

  /** How long connecting to one address may take. */
  @WithDefault("3s")
  Duration connectTimeout();

  /** How long a whole request may take, redirects and body included. */
  @WithDefault("15s")
  Duration requestTimeout();

  /** The largest answer that is read, in bytes after decompression. */
  @WithDefault("4194304")
  int maxAnswerBytes();

  /** How many redirects are followed where any are. */
  @WithDefault("5")
  int maxRedirects();
}
