package dev.concordat.contracts.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AudienceNameTest {
  private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";

  @Test
  void anAudienceIsAnApplicationIdentifierAHostAndARealm() {
    String text = EXCHANGE + "/atl-exchange-001.litwareinc.com@litwareinc.com";

    var audience = AudienceName.parse(text);

    assertThat(audience)
        .isEqualTo(new AudienceName(EXCHANGE, "atl-exchange-001.litwareinc.com", "litwareinc.com"))
        .hasToString(text);
    assertThat(audience.principal()).hasToString(EXCHANGE + "@litwareinc.com");
    assertThat(audience.port()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/h",
        "h@r",
        "/h@r",
        "a/@r",
        "a/h@",
        "a/h@r@s",
        "a/h/i@r",
        "a@r/h",
        "a/h@r/s",
        "a/h x@r",
        "a/h%2e@r",
        "a/h:@r",
        "a/h:0@r",
        "a/h:65536@r",
        "a/h:99999999999@r",
        "a/h:x@r",
        "a/h:1:2@r",
        "a/:443@r",
        "a/h\r\n@r",
        "a/[::1@r",
        "a/::1@r",
        "a/.@r",
        "a/h..i@r",
        "a/h\"@r",
        "a/¨@r"
      })
  void anythingElseIsMalformed(String text) {
    assertThatThrownBy(() -> AudienceName.parse(text)).isInstanceOf(MalformedName.class);
    assertThat(AudienceName.tryParse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a/host.example@r, a/HOST.Example@r, true",
    "a/host.example@r, a/host.example.@r, true",
    "a/host.example@r, a/host.example:443@r, true",
    "a/host.example@r, a/host.example:8443@r, false",
    "a/host.example:8443@r, a/HOST.example:8443@r, true",
    "a/bücher.example@r, a/xn--bcher-kva.example@r, true",
    "a/host.example@r, a/host.example.attacker@r, false",
    "a/host.example@r, A/host.example@r, false",
    "a/host.example@r, a/host.example@R, false",
  })
  void hostsAreComparedRegardlessOfCaseTheRestOrdinally(
      String one, String other, boolean matching) {
    assertThat(AudienceName.parse(one).matches(AudienceName.parse(other))).isEqualTo(matching);
  }

  @Test
  void applicationIdentifierAndRealmIgnoreCaseByTheSwitchOnly() {
    assertThat(
            AudienceName.parse("a/h@r")
                .matches(AudienceName.parse("A/h@R"), RealmComparison.IGNORE_CASE))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://ATL-Exchange-001.litwareinc.com/EWS/Exchange.asmx, atl-exchange-001.litwareinc.com",
    "https://sharepoint.litwareinc.com:443/, sharepoint.litwareinc.com",
    "https://sharepoint.litwareinc.com:8443/, sharepoint.litwareinc.com:8443",
    "https://sharepoint.litwareinc.com./, sharepoint.litwareinc.com",
    "http://sharepoint.litwareinc.com/, sharepoint.litwareinc.com:80",
  })
  void weEmitLowerCaseAndAPortOnlyOff443(String url, String host) {
    assertThat(
            AudienceName.ofCall(
                EXCHANGE.toUpperCase(java.util.Locale.ROOT), URI.create(url), "LitwareInc.com"))
        .hasToString(EXCHANGE + "/" + host + "@litwareinc.com");
  }

  @Test
  void aUrlWithoutAHostIsNoCall() {
    assertThatThrownBy(() -> AudienceName.ofCall(EXCHANGE, URI.create("urn:x"), "r"))
        .isInstanceOf(MalformedName.class);
  }

  @Property
  void noTextMakesReadingThrowAnythingElse(@ForAll @StringLength(max = 600) String text) {
    assertThat(AudienceName.tryParse("a/" + text + "@r"))
        .satisfiesAnyOf(
            name -> assertThat(name).isEmpty(),
            name -> assertThat(name.get().lowerCase().matches(name.get())).isTrue());
  }
}
