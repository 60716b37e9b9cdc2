package dev.concordat.probe.running;

import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClientOptions;
import io.vertx.core.dns.SrvRecord;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Looks SRV records up. */
@FunctionalInterface
public interface ServiceRecords {

  /**
   * The host of the first record (RFC 2782) with port 443, the only one that Autodiscover uses;
   * empty where there is none, or nobody answers.
   */
  Optional<String> host(String serviceName);

  /** None are looked up. */
  static ServiceRecords none() {
    return _ -> Optional.empty();
  }

  /** From the machine's name server. */
  static ServiceRecords of(Vertx vertx) {
    return serviceName -> {
      Duration patience = Duration.ofSeconds(2);
      var client =
          vertx.createDnsClient(new DnsClientOptions().setQueryTimeout(patience.toMillis()));
      try {
        return first(
            client
                .resolveSRV(serviceName)
                .toCompletionStage()
                .toCompletableFuture()
                .get(patience.toMillis() * 2, TimeUnit.MILLISECONDS));
      } catch (ExecutionException | TimeoutException e) {
        Logger.getLogger(ServiceRecords.class)
            .debugf("no SRV record %s: %s", serviceName, e.getMessage());
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    };
  }

  private static Optional<String> first(List<SrvRecord> records) {
    return records.stream()
        .filter(it -> it.port() == 443)
        .min(
            Comparator.comparingInt(SrvRecord::priority)
                .thenComparing(Comparator.comparingInt(SrvRecord::weight).reversed()))
        .map(SrvRecord::target)
        .map(it -> it.endsWith(".") ? it.substring(0, it.length() - 1) : it)
        .filter(it -> it.matches("[A-Za-z0-9.-]{1,253}"));
  }
}
