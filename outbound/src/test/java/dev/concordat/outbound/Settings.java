package dev.concordat.outbound;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings as tests need them: little room, little time. */
record Settings(
    Optional<List<String>> allowedAddresses,
    Optional<Path> caBundle,
    Optional<String> proxy,
    Optional<List<String>> noProxy)
    implements OutboundSettings {

  static final int LIMIT = 64 * 1024;

  /** Nothing is allowed but what always is. */
  static Settings strict() {
    return new Settings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  Settings allowing(String... ranges) {
    return new Settings(Optional.of(List.of(ranges)), caBundle, proxy, noProxy);
  }

  Settings trusting(Pem pem) throws Exception {
    return new Settings(allowedAddresses, Optional.of(pem.file()), proxy, noProxy);
  }

  Settings through(String proxyUrl) {
    return new Settings(allowedAddresses, caBundle, Optional.of(proxyUrl), noProxy);
  }

  Settings past(String... exceptions) {
    return new Settings(allowedAddresses, caBundle, proxy, Optional.of(List.of(exceptions)));
  }

  @Override
  public Duration connectTimeout() {
    return Duration.ofSeconds(2);
  }

  @Override
  public Duration requestTimeout() {
    return Duration.ofSeconds(10);
  }

  @Override
  public int maxAnswerBytes() {
    return LIMIT;
  }

  @Override
  public int maxRedirects() {
    return 3;
  }
}
