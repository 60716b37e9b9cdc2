package dev.concordat.outbound;

import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the guard injectable, from the service's configuration. */
@Singleton
public final class Outbound {

  @Produces
  @Singleton
  GuardedHttp guardedHttp(Vertx vertx, OutboundSettings settings) {
    return new GuardedHttp(vertx, settings);
  }

  void stop(@Disposes GuardedHttp http) {
    http.close();
  }
}
