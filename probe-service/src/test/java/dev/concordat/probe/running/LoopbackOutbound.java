package dev.concordat.probe.running;

import dev.concordat.outbound.OutboundSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The way out of tests: to this machine, and to servers of this authority. */
record LoopbackOutbound(Path authority, Duration connectTimeout, Optional<String> proxy)
    implements OutboundSettings {

  static LoopbackOutbound trusting(Path authority) {
    return new LoopbackOutbound(authority, Duration.ofSeconds(1), Optional.empty());
  }

  @Override
  public Optional<List<String>> allowedAddresses() {
    return Optional.of(List.of("127.0.0.0/8"));
  }

  @Override
  public Optional<Path> caBundle() {
    return Optional.of(authority);
  }

  @Override
  public Optional<List<String>> noProxy() {
    return Optional.empty();
  }

  @Override
  public Duration requestTimeout() {
    return Duration.ofSeconds(5);
  }

  @Override
  public int maxAnswerBytes() {
    return 65536;
  }

  @Override
  public int maxRedirects() {
    return 5;
  }
}
