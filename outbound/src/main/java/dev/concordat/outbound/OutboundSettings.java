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

  /**
   * The proxy that requests go through, such as {@code http://proxy.example.com:3128}, with {@code
   * user:password@} where it asks for them. Where this is absent, the environment is read: {@code
   * https_proxy} or {@code HTTPS_PROXY} for https, {@code http_proxy} for plain http. {@code none}:
   * no proxy, whatever the environment says.
   */
  Optional<String> proxy();

  /**
   * What goes past the proxy: names with all names below them ({@code example.com}, {@code
   * .example.com}), with a port if only that one is meant, addresses and ranges (CIDR) for hosts
   * that are written as addresses, {@code *} for everything. Where this is absent, the
   * environment's {@code no_proxy} or {@code NO_PROXY}.
   */
  Optional<List<String>> noProxy();

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
