package dev.concordat.token.signing;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How long it takes to sign a token. */
final class SigningLatency {

  private final Timer signing;

  /**
   * @param token the kind of token
   */
  SigningLatency(MeterRegistry metrics, String token) {
    signing =
        Timer.builder("concordat.signing")
            .description("Signing one token")
            .tag("token", token)
            .publishPercentileHistogram()
            .register(metrics);
  }

  String of(Supplier<String> sign) {
    long start = System.nanoTime();
    String token = sign.get();
    signing.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    return token;
  }
}
