package dev.concordat.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NameLookupTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void a_name_is_looked_up_once_for_many_requests() throws Exception {
    try (var names = new NameLookup(this::resolve, Duration.ofMinutes(1))) {
      for (int i = 0; i < 10; i++) {
        assertThat(names.addresses("one.example", PATIENCE))
            .containsExactly(InetAddress.getLoopbackAddress());
      }
      names.addresses("another.example", PATIENCE);
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void without_a_memory_it_is_looked_up_each_time() throws Exception {
    try (var names = new NameLookup(this::resolve, Duration.ZERO)) {
      names.addresses("one.example", PATIENCE);
      names.addresses("one.example", PATIENCE);
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void that_a_name_is_unknown_is_not_remembered() throws Exception {
    try (var names =
        new NameLookup(
            host -> {
              if (asked.getAndIncrement() == 0) {
                throw new UnknownHostException(host);
              }
              return List.of(InetAddress.getLoopbackAddress());
            },
            Duration.ofMinutes(1))) {
      assertThatThrownBy(() -> names.addresses("new.example", PATIENCE))
          .isInstanceOf(UnknownHostException.class);
      assertThat(names.addresses("new.example", PATIENCE)).hasSize(1);
    }
  }

  private List<InetAddress> resolve(String host) {
    asked.incrementAndGet();
    return List.of(InetAddress.getLoopbackAddress());
  }
}
