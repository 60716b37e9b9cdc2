package dev.concordat.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ListenerTest {

  @Test
  void listeners_are_read_as_they_are_printed() {
    List<Listener> listeners =
        List.of(new Listener(Listener.BROKERS, 9001, 9101), new Listener("TOKENS", 9002, 9102));

    assertThat(Listener.print(listeners)).isEqualTo("BROKERS:9001:9101,TOKENS:9002:9102");
    assertThat(Listener.parse(Listener.print(listeners))).isEqualTo(listeners);
  }

  @Test
  void what_is_none_is_told_with_how_one_is_written() {
    assertThatThrownBy(() -> Listener.parse("TOKENS:9002"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NAME:port:advertised port");
  }
}
