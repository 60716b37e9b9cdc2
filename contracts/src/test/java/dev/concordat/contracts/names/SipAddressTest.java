package dev.concordat.contracts.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SipAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sip:kenmyer@litwareinc.com",
        "SIP:KenMyer@LitwareInc.com",
        "kenmyer@litwareinc.com",
        "kenmyer@LITWAREINC.COM"
      })
  void anAddressIsReadWithOrWithoutItsPrefixAndIsLowerCase(String text) {
    var address = SipAddress.parse(text);

    assertThat(address.uri()).isEqualTo("sip:kenmyer@litwareinc.com");
    assertThat(address.address()).isEqualTo("kenmyer@litwareinc.com");
    assertThat(address.domain()).isEqualTo("litwareinc.com");
    assertThat(address).hasToString("sip:kenmyer@litwareinc.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sip:",
        "kenmyer",
        "sip:kenmyer",
        "@litwareinc.com",
        "kenmyer@",
        "a@b@c",
        "a b@c",
        "sips:kenmyer@litwareinc.com",
        "sip:sip:a@b",
        "kenmyer@litwareinc.com;transport=tls",
        "kenmyer@-x.com",
        "kenmyer@x..com",
        "kenmyer@x.com.",
        "ken/myer@x.com",
        "ken%6dyer@x.com",
        "<kenmyer@x.com>",
        "kenmyer@x.com\n"
      })
  void anythingElseIsMalformed(String text) {
    assertThatThrownBy(() -> SipAddress.parse(text)).isInstanceOf(MalformedName.class);
    assertThat(SipAddress.tryParse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ken@bücher.example", "ken@xn--bcher-kva.example"})
  void anInternationalDomainIsAnALabel(String text) {
    assertThat(SipAddress.parse(text).domain()).isEqualTo("xn--bcher-kva.example");
  }
}
