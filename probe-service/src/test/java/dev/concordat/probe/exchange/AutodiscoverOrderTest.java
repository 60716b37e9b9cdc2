package dev.concordat.probe.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.probe.exchange.AutodiscoverOrder.Step;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutodiscoverOrderTest {

  private final AutodiscoverOrder order =
      new AutodiscoverOrder(
          Optional.of(URI.create("https://mail.contoso.com:8443/autodiscover/metadata/json/1")),
          List.of("*.fabrikam.com", "one.tailspin.com"));

  @Test
  void the_origin_of_the_metadata_comes_first_then_the_references_order() {
    assertThat(order.steps("litwareinc.com"))
        .containsExactly(
            ask("https://mail.contoso.com:8443/autodiscover/autodiscover.svc"),
            ask("https://litwareinc.com/autodiscover/autodiscover.svc"),
            ask("https://autodiscover.litwareinc.com/autodiscover/autodiscover.svc"),
            new Step.AskAnonymously(
                URI.create("http://autodiscover.litwareinc.com/autodiscover/autodiscover.xml")),
            new Step.LookUp("_autodiscover._tcp.litwareinc.com"));
  }

  @Test
  void no_place_is_named_twice() {
    var same =
        new AutodiscoverOrder(
            Optional.of(
                URI.create("https://autodiscover.litwareinc.com/autodiscover/metadata/json/1")),
            List.of());
    assertThat(same.steps("litwareinc.com").stream().filter(Step.Ask.class::isInstance))
        .containsExactly(
            ask("https://autodiscover.litwareinc.com/autodiscover/autodiscover.svc"),
            ask("https://litwareinc.com/autodiscover/autodiscover.svc"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://litwareinc.com/autodiscover/autodiscover.svc",
        "https://MAIL.litwareinc.com/autodiscover/autodiscover.svc",
        "https://MAIL.contoso.com/autodiscover/autodiscover.svc",
        "https://a.fabrikam.com/x",
        "https://one.tailspin.com/x"
      })
  void redirects_may_stay_in_the_mailboxs_domain_at_the_partners_host_or_go_where_it_is_allowed(
      String url) {
    assertThat(order.mayRedirectTo(URI.create(url), "litwareinc.com")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://litwareinc.com/autodiscover/autodiscover.svc",
        "https://owa.contoso.com/autodiscover/autodiscover.svc",
        "https://evillitwareinc.com/x",
        "https://litwareinc.com.evil.example/x",
        "https://fabrikam.com/x",
        "https://two.tailspin.com/x",
        "https:/autodiscover/autodiscover.svc",
        "/autodiscover/autodiscover.svc"
      })
  void redirects_may_lead_nowhere_else(String url) {
    assertThat(order.mayRedirectTo(URI.create(url), "litwareinc.com")).isFalse();
  }

  @Test
  void only_the_origin_of_the_metadata_is_the_partners_own() {
    assertThat(order.isPartnersOwn(URI.create("https://MAIL.contoso.com:8443/other"))).isTrue();
    assertThat(order.isPartnersOwn(URI.create("https://mail.contoso.com/other"))).isFalse();
  }

  private static Step ask(String url) {
    return new Step.Ask(URI.create(url));
  }
}
