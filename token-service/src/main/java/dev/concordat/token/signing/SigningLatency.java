package dev.concordat.token.signing;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How long it takes to sign a token. */
final class SigningLatency {

  private final Timer signing;
  private final SigningTime time;

  /**
   * @param time is told of each signature
   * @param token the kind of token
   */
  SigningLatency(MeterRegistry metrics, SigningTime time, String token) {
    this.time = time;
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
    long took = System.nanoTime() - start;
    signing.record(took, TimeUnit.NANOSECONDS);
    time.took(took);
    return token;
  }
}
