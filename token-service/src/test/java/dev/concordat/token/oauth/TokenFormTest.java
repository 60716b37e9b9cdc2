package dev.concordat.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFormTest {

  @Test
  void values_are_decoded() throws OAuthFailure {
    var form = parse("grant_type=client_credentials&resource=https%3A%2F%2Fa%2Fb+c&scope=");

    assertThat(form.get("grant_type")).contains("client_credentials");
    assertThat(form.get("resource")).contains("https://a/b c");
  }

  @Test
  void a_parameter_without_a_value_is_left_out() throws OAuthFailure {
    assertThat(parse("a=&b").get("a")).isEmpty();
    assertThat(parse("a=&b").get("b")).isEmpty();
    assertThat(parse("").get("a")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=1&a=2",
        "a=1&%61=2",
        "a=&a=",
        "a=%",
        "a=%zz",
        "a=%0d%0aX-Injected%3A1",
        "a=%00",
        "a=%ff%fe"
      })
  void what_could_be_read_in_two_ways_is_refused(String body) {
    assertThatThrownBy(() -> parse(body)).isInstanceOf(OAuthFailure.class);
  }

  @Test
  void size_and_number_are_bounded() {
    assertThatThrownBy(() -> parse("a=" + "x".repeat(TokenForm.LARGEST)))
        .isInstanceOf(OAuthFailure.class)
        .hasMessageContaining("16384");
    var many = new StringBuilder("p0=0");
    for (int i = 1; i < 40; i++) {
      many.append("&p").append(i).append('=').append(i);
    }
    assertThatThrownBy(() -> parse(many.toString()))
        .isInstanceOf(OAuthFailure.class)
        .hasMessageContaining("32");
  }

  @Test
  void an_error_description_has_only_what_the_rfc_lets_stand_there() {
    assertThat(new TokenError("e", "say \"no\" \\ \r\n ü", "r").description())
        .isEqualTo("say 'no' ? ?? ?");
  }

  @Test
  void nothing_prints_the_parameters() throws OAuthFailure {
    assertThat(parse("client_assertion=secret").toString()).doesNotContain("secret");
  }

  private static TokenForm parse(String body) throws OAuthFailure {
    return TokenForm.parse(body.getBytes(StandardCharsets.US_ASCII));
  }
}
