package dev.concordat.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class GuardedHttpOverHttp2Test extends GuardedHttpContract {
  @Override
  HttpVersion version() {
    return HttpVersion.HTTP_2;
  }

  @Test
  void requests_at_once_share_one_connection() throws Exception {
    guard.send(request("/plain"));
    connections.clear();
    try (var askers = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<OutboundAnswer>>();
      for (int i = 0; i < 50; i++) {
        answers.add(askers.submit(() -> guard.send(request("/plain"))));
      }
      for (var answer : answers) {
        assertThat(answer.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
      }
    }
    assertThat(Set.copyOf(connections)).hasSize(1);
  }

  @Test
  void whoever_wants_http_1_gets_it_and_others_still_http_2() throws Exception {
    guard.send(request("/plain").overHttp1());
    assertThat(versions.getLast()).isEqualTo(HttpVersion.HTTP_1_1);

    guard.send(request("/plain"));
    assertThat(versions.getLast()).isEqualTo(HttpVersion.HTTP_2);
  }

  @Test
  void plain_http_asks_for_no_upgrade() throws Exception {
    var asked = new AtomicReference<>("");
    try (var server =
        new RawServer(
            socket -> {
              asked.set(RawServer.head(socket));
              RawServer.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            })) {
      guard.send(
          OutboundRequest.get(URI.create("http://localhost:" + server.port() + "/"))
              .allowingHttp(true));
    }
    assertThat(asked.get()).startsWith("GET / HTTP/1.1\r\n").doesNotContainIgnoringCase("upgrade");
  }
}
