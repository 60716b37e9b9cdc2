package dev.concordat.token.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.token.Registrations;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which partners are services of our own, and which URLs are theirs. */
class OwnServiceTest {

  @ParameterizedTest
  @CsvSource({
    "GENERIC, https://archive.litwareinc.com/api, true",
    "GENERIC, urn:litware:archive, true",
    "GENERIC, 5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700009, false",
    "GENERIC, , false",
    "SKYPE, https://archive.litwareinc.com/api, false"
  })
  void are_generic_partners_whose_identifier_is_a_uri(
      PartnerKind kind, @Nullable String identifier, boolean service) {
    var partner = Registrations.partner("archive", kind, identifier, "litwareinc.com", null);

    assertThat(OwnService.identifier(partner).isPresent()).isEqualTo(service);
  }

  @ParameterizedTest
  @CsvSource({
    "urn:litware:archive, urn:litware:archive, true",
    "urn:litware:archive, https://archive.litwareinc.com/, false",
    "https://a.example/api, https://a.example/api, true",
    "https://a.example/api, https://A.example:443/api/mail?x=1, true",
    "https://a.example/api/, https://a.example/api/mail, true",
    "https://a.example, https://a.example/api, true",
    "https://a.example/api, https://a.example/apis, false",
    "https://a.example/api, https://a.example/, false",
    "https://a.example/api, https://a.example:8443/api, false",
    "https://a.example/api, http://a.example/api, false",
    "https://a.example/api, https://a.example.evil.example/api, false",
    "https://a.example/api, https://a.example@evil.example/api, false",
    "https://a.example/api, https://user@a.example/api, false",
    "https://a.example/api, https://a.example/api/../admin, false",
    "https://a.example/api, https://a.example/api/%2e%2E/admin, false",
    "https://a.example/api, https://a.example/api#x, false",
    "https://a.example/api, not a url, false",
    "https://a.example/api, '', false"
  })
  void are_called_at_their_identifier_and_beneath_it(
      String identifier, String resource, boolean called) {
    assertThat(OwnService.covers(identifier, resource)).isEqualTo(called);
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example/api, a.example, true",
    "https://a.example/api, A.example:443, true",
    "https://a.example:8443/api, a.example:8443, true",
    "https://a.example:8443/api, a.example, false",
    "https://a.example/api, b.example, false",
    "https://a.example/api, a.example.b.example, false",
    "https://a.example/api, '', false",
    "http://a.example/api, a.example, false",
    "urn:litware:archive, urn, false"
  })
  void are_behind_an_ingress_by_their_host(String identifier, String host, boolean called) {
    assertThat(OwnService.isAt(identifier, host)).isEqualTo(called);
  }
}
