package dev.concordat.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.outbound.ProxyRule.Proxy;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyRuleTest {

  private static final URI TARGET = URI.create("https://mail.litwareinc.com/x");
  private static final URI PLAIN = URI.create("http://mail.litwareinc.com/x");
  private static final Settings NOTHING = Settings.strict();

  @Test
  void without_a_setting_and_an_environment_there_is_no_proxy() {
    assertThat(proxy(NOTHING, Map.of(), TARGET)).isEmpty();
  }

  @Test
  void the_setting_is_for_all_and_goes_before_the_environment() {
    var settings = NOTHING.through("http://proxy.contoso.com:3128");
    var environment = Map.of("https_proxy", "http://other:1", "http_proxy", "http://other:1");

    assertThat(proxy(settings, environment, TARGET))
        .hasToString("Optional[proxy.contoso.com:3128]");
    assertThat(proxy(settings, environment, PLAIN)).hasToString("Optional[proxy.contoso.com:3128]");
  }

  @Test
  void none_is_no_proxy_whatever_the_environment_says() {
    var environment = Map.of("https_proxy", "http://other:1");

    assertThat(proxy(NOTHING.through("none"), environment, TARGET)).isEmpty();
  }

  @Test
  void the_environment_is_read_as_others_read_it() {
    assertThat(proxy(NOTHING, Map.of("https_proxy", "http://a:1"), TARGET)).isPresent();
    assertThat(proxy(NOTHING, Map.of("HTTPS_PROXY", "http://a:1"), TARGET)).isPresent();
    assertThat(
            proxy(
                NOTHING, Map.of("https_proxy", "http://a:1", "HTTPS_PROXY", "http://b:2"), TARGET))
        .hasToString("Optional[a:1]");
    assertThat(proxy(NOTHING, Map.of("https_proxy", "http://a:1"), PLAIN)).isEmpty();
    assertThat(proxy(NOTHING, Map.of("http_proxy", "http://a:1"), PLAIN)).isPresent();
    assertThat(proxy(NOTHING, Map.of("http_proxy", "http://a:1"), TARGET)).isEmpty();
    assertThat(proxy(NOTHING, Map.of("https_proxy", "a:3128"), TARGET))
        .hasToString("Optional[a:3128]");
  }

  @Test
  void a_header_that_looks_like_a_variable_sets_no_proxy() {
    assertThat(proxy(NOTHING, Map.of("HTTP_PROXY", "http://a:1"), PLAIN)).isEmpty();
  }

  @Test
  void user_and_password_are_decoded_and_never_shown() {
    var settings = NOTHING.through("http://ken:p%40ss+word%3A@proxy:3128");
    Proxy proxy = proxy(settings, Map.of(), TARGET).orElseThrow();

    assertThat(proxy.user()).isEqualTo("ken");
    assertThat(proxy.password()).isEqualTo("p@ss+word:");
    assertThat(proxy).hasToString("proxy:3128");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ken:secret@proxy:1",
        "socks5://ken:secret@proxy:1",
        "http://ken:secret@proxy:99999",
        "http://ken:secret@pro xy:1",
        "http://ken:secret@:1",
        "http://ken:sec ret@proxy"
      })
  void what_is_no_proxy_is_refused_with_its_key_and_without_its_password(String url) {
    assertThatThrownBy(() -> proxy(NOTHING.through(url), Map.of(), TARGET))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("concordat.outbound.proxy")
        .hasMessageContaining("http://proxy.example.com:3128")
        .hasNoCause()
        .message()
        .doesNotContain("sec");
    assertThatThrownBy(() -> proxy(NOTHING, Map.of("https_proxy", url), TARGET))
        .hasMessageStartingWith("https_proxy ");
  }

  @ParameterizedTest
  @CsvSource({
    "litwareinc.com, https://litwareinc.com/, true",
    "litwareinc.com, https://mail.litwareinc.com/, true",
    "litwareinc.com, https://mail.LITWAREINC.com./, true",
    "LitwareInc.com., https://mail.litwareinc.com/, true",
    "litwareinc.com, https://notlitwareinc.com/, false",
    "litwareinc.com, https://litwareinc.com.contoso.com/, false",
    ".litwareinc.com, https://mail.litwareinc.com/, true",
    ".litwareinc.com, https://litwareinc.com/, true",
    "*.litwareinc.com, https://mail.litwareinc.com/, true",
    "litwareinc.com:8443, https://mail.litwareinc.com:8443/, true",
    "litwareinc.com:8443, https://mail.litwareinc.com/, false",
    "litwareinc.com:443, https://mail.litwareinc.com/, true",
    "*, https://mail.litwareinc.com/, true",
    "10.1.2.3, https://10.1.2.3/, true",
    "10.1.2.3, https://10.1.2.33/, false",
    "10.1.2.3:8443, https://10.1.2.3:8443/, true",
    "10.0.0.0/8, https://10.9.9.9/, true",
    "10.0.0.0/8, https://11.9.9.9/, false",
    "10.0.0.0/8, https://10.litwareinc.com/, false",
    "fd00::1, https://[fd00:0:0::1]/, true",
    "[fd00::1], https://[fd00::1]/, true",
    "fd00::/8, https://[fd12::9]/, true",
    "fd00::/8, https://[2001:db8::9]/, false"
  })
  void what_goes_past_the_proxy(String exception, URI target, boolean past) {
    var settings = NOTHING.through("http://proxy:3128");

    assertThat(proxy(settings.past(exception), Map.of(), target).isEmpty()).isEqualTo(past);
    assertThat(proxy(settings, Map.of("no_proxy", "a.example, " + exception), target).isEmpty())
        .isEqualTo(past);
    assertThat(proxy(settings, Map.of("NO_PROXY", "a.example " + exception), target).isEmpty())
        .isEqualTo(past);
  }

  @Test
  void the_setting_of_what_goes_past_goes_before_the_environment() {
    var settings = NOTHING.through("http://proxy:3128").past("contoso.com");

    assertThat(proxy(settings, Map.of("no_proxy", "*"), TARGET)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/99", "litwareinc.com/24", "litwareinc.com:https"})
  void what_is_no_exception_is_refused_with_its_key(String exception) {
    assertThatThrownBy(
            () -> proxy(NOTHING.through("http://proxy:1").past(exception), Map.of(), TARGET))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("concordat.outbound.no-proxy")
        .hasMessageContaining(exception);
  }

  private static Optional<Proxy> proxy(
      Settings settings, Map<String, String> environment, URI target) {
    return new ProxyRule(settings, environment::get).proxyFor(target);
  }
}
