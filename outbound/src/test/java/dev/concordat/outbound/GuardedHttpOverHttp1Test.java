package dev.concordat.outbound;

import io.vertx.core.http.HttpVersion;

class GuardedHttpOverHttp1Test extends GuardedHttpContract {
  @Override
  HttpVersion version() {
    return HttpVersion.HTTP_1_1;
  }
}
