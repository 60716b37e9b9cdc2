package dev.concordat.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("AddressSelection") // literals have one address
class AddressRuleTest {

  private final AddressRule rule = new AddressRule(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.0.9",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "fd00:ec2::254",
        // An IPv4 address inside: mapped, compatible, 6to4, NAT64, Teredo (inverted).
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "2002:7f00:0001::1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2001:0:0:0:0:0:80ff:fffe"
      })
  void requests_do_not_go_to(String address) throws Exception {
    assertThat(rule.refusal(InetAddress.getByName(address))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "93.184.216.34",
        "fd12:3456::1",
        "2606:2800:220::1"
      })
  void requests_go_to_where_partners_live(String address) throws Exception {
    assertThat(rule.refusal(InetAddress.getByName(address))).isEmpty();
  }

  @Test
  void a_laboratory_may_allow_a_range_and_no_more() throws Exception {
    var laboratory = new AddressRule(List.of("127.0.0.0/8"));

    assertThat(laboratory.refusal(InetAddress.getByName("127.9.9.9"))).isEmpty();
    assertThat(laboratory.refusal(InetAddress.getByName("169.254.169.254"))).isPresent();
    assertThat(laboratory.refusal(InetAddress.getByName("::1"))).isPresent();
  }

  @Test
  void a_range_that_is_none_is_refused_with_the_key() {
    assertThatThrownBy(() -> new AddressRule(List.of("localhost/8")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("concordat.outbound.allowed-addresses")
        .hasMessageContaining("localhost/8");
  }
}
