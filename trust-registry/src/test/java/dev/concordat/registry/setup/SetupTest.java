package dev.concordat.registry.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each product is told. */
class SetupTest {

  @Test
  void exchange_grants_what_its_own_script_leaves_out() {
    String script = script(Given.setup(PartnerKind.EXCHANGE));

    assertThat(script)
        .contains("$name = 'Concordat'")
        .contains("$url = 'https://concordat.litwareinc.com/metadata/json/1'")
        .contains("$realm = 'litwareinc.com'")
        .contains("$archiving = $true")
        .contains("$acceptSecurityIdentifiers = $false")
        .contains("New-PartnerApplication -Name $name @settings")
        .contains("Set-PartnerApplication -Identity $name -RefreshAuthMetadata")
        .doesNotContain("Configure-EnterprisePartnerApplication", "iisreset");
  }

  @Test
  void exchange_takes_what_is_chosen() {
    String script =
        script(
            Given.setup(
                PartnerKind.EXCHANGE,
                "archiving",
                "false",
                "trustAnySslCertificate",
                "true",
                "acceptSecurityIdentifiers",
                "true",
                "ourName",
                "Concordat Bern"));

    assertThat(script)
        .contains(
            "$name = 'Concordat Bern'",
            "$archiving = $false",
            "$trustAnySslCertificate = $true",
            "$acceptSecurityIdentifiers = $true");
  }

  @Test
  void exchanges_own_script_is_the_short_form_only_where_it_suffices() {
    Setup setup = Given.setup(PartnerKind.EXCHANGE, "form", "short", "archiving", "false");

    assertThat(script(setup))
        .contains(
            "& \"$env:ExchangeInstallPath\\Scripts\\Configure-EnterprisePartnerApplication.ps1\"",
            "-ApplicationType Generic");
    assertThat(refusal(PartnerKind.EXCHANGE, "form", "short"))
        .satisfies(it -> assertThat(it.detail()).contains("archiving=false"));
    assertThat(
            refusal(
                    PartnerKind.EXCHANGE,
                    "form",
                    "short",
                    "archiving",
                    "false",
                    "acceptSecurityIdentifiers",
                    "true")
                .extensions())
        .containsEntry("field", "form");
  }

  @Test
  void exchange_says_how_long_it_takes_and_what_makes_it_known_at_once() {
    assertThat(Given.setup(PartnerKind.EXCHANGE).steps())
        .anySatisfy(
            step -> {
              assertThat(step.command()).isEqualTo("iisreset /noforce");
              assertThat(step.timing()).contains("15 minutes");
            });
  }

  @Test
  void skype_reads_our_document_and_trusts_us_in_full() {
    assertThat(script(Given.setup(PartnerKind.SKYPE)))
        .contains(
            "New-CsPartnerApplication -Identity $name -MetadataUrl $url -ApplicationTrustLevel Full",
            "$id = '" + Given.IDENTIFIER + "'",
            "Invoke-CsManagementStoreReplication")
        .doesNotContain("CertificateRawData");
  }

  @Test
  void skype_without_a_route_to_us_gets_the_certificate_that_signs_now() {
    Setup setup = Given.setup(PartnerKind.SKYPE, "form", "certificate");

    assertThat(script(setup))
        .contains(
            "$certificate = '" + Given.CERTIFICATE.base64() + "'",
            "$realm = 'litwareinc.com'",
            "-CertificateRawData $certificate")
        .doesNotContain("MetadataUrl", "https:");
    assertThat(setup.us().certificate()).isEqualTo(Given.CERTIFICATE.thumbprint());
    assertThat(setup.notes()).anyMatch(note -> note.contains("key rollover"));
    assertThat(Objects.requireNonNull(setup.keyRollover()).why()).contains("next certificate");
  }

  @Test
  void sharepoint_trusts_us_as_who_signs_for_himself_and_lets_us_read() {
    Setup setup = Given.setup(PartnerKind.SHAREPOINT, "siteUrl", Given.SITE);

    assertThat(script(setup))
        .contains(
            "New-SPTrustedSecurityTokenIssuer -Name $name -MetadataEndPoint $url",
            "$site = 'https://sharepoint.litwareinc.com'",
            "$right = 'Read'",
            "-Scope SiteSubscription -Right $right -EnableAppOnlyPolicy")
        .doesNotContain("IsTrustBroker");
    assertThat(setup.steps()).anySatisfy(it -> assertThat(it.timing()).contains("24 hours"));
  }

  @Test
  void sharepoint_without_a_route_to_us_registers_our_principal_by_hand() {
    assertThat(
            script(
                Given.setup(
                    PartnerKind.SHAREPOINT,
                    "siteUrl",
                    Given.SITE,
                    "form",
                    "certificate",
                    "right",
                    "full-control")))
        .contains(
            "$issuerName = '" + Given.IDENTIFIER + "@litwareinc.com'",
            "$right = 'FullControl'",
            "Register-SPAppPrincipal")
        .doesNotContain("MetadataEndPoint $url", "IsTrustBroker");
  }

  @ParameterizedTest
  @EnumSource(names = {"TOKEN_SERVER", "GENERIC"})
  void what_has_no_cmdlets_is_told_to_a_person(PartnerKind kind) {
    Setup setup = Given.setup(kind);

    assertThat(setup.script()).isNull();
    assertThat(setup.steps().toString())
        .contains(
            "https://concordat.litwareinc.com/jwks",
            "https://concordat.litwareinc.com/metadata/json/1",
            Given.IDENTIFIER + "@litwareinc.com");
  }

  @Test
  void a_workload_of_ours_is_told_where_tokens_are() {
    var workload = new Counterpart("bot", PartnerKind.GENERIC, null, true, true, true, List.of());

    assertThat(Given.setup(Given.us(), workload).steps().toString())
        .contains("/.well-known/oauth-authorization-server");
  }

  @Test
  void every_step_says_where_and_why() {
    Given.forms(Given.us(), "Concordat", Given.SITE)
        .forEach(
            (form, setup) ->
                assertThat(setup.steps())
                    .as(form)
                    .allSatisfy(
                        step -> {
                          assertThat(step.where()).isNotBlank();
                          assertThat(step.why()).isNotBlank();
                          assertThat(step.command()).isNotBlank();
                        })
                    .anySatisfy(step -> assertThat(step.check()).isNotBlank()));
  }

  @Test
  void plain_http_and_an_address_that_nobody_else_reaches_are_told() {
    Us us = Given.us(Given.IDENTIFIER, Given.REALM, "http://localhost:8082");

    assertThat(Given.setup(us, Given.partner(PartnerKind.EXCHANGE)).notes())
        .anyMatch(note -> note.contains("over plain http"))
        .anyMatch(note -> note.contains("no other server can read it"));
    assertThat(Given.setup(PartnerKind.EXCHANGE).notes())
        .noneMatch(note -> note.contains("public-url"));
  }

  @Test
  void here_a_registered_partner_is_refreshed_and_probed() {
    var partner =
        new Counterpart(
            "my exchange",
            PartnerKind.EXCHANGE,
            "https://x/y",
            true,
            false,
            false,
            List.of("sip:o'neil@litwareinc.com"));

    assertThat(Given.setup(Given.us(), partner).here())
        .extracting(Step::command)
        .containsExactly(
            "./concordat partner set 'my exchange' --enabled true",
            "./concordat partner refresh 'my exchange'",
            "./concordat probe 'sip:o'\\''neil@litwareinc.com' --partner 'my exchange'");
  }

  @Test
  void here_a_partner_known_by_its_url_alone_is_registered_first() throws SetupRefused {
    var described = Counterpart.described(null, "exchange", "https://x/a'b$(c)");

    assertThat(Given.setup(Given.us(), described).here())
        .extracting(Step::command)
        .containsExactly(
            "./concordat partner new exchange --metadata-url 'https://x/a%27b$(c)' --kind exchange",
            "./concordat probe sip:USER@DOMAIN --partner exchange");
    assertThat(described.name()).isEqualTo("exchange");
  }

  @ParameterizedTest(name = "{0} {1}={2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EXCHANGE   | form                   | certificate
          EXCHANGE   | form                   | FULL
          EXCHANGE   | siteUrl                | https://x/
          EXCHANGE   | archiving              | yes
          EXCHANGE   | trustAnySslCertificate | $true
          EXCHANGE   | ourName                | a'b
          EXCHANGE   | ourName                | -a
          EXCHANGE   | ourName                | a\u202Eb
          EXCHANGE   | kind                   | skype
          SKYPE      | form                   | short
          SKYPE      | trustAnySslCertificate | true
          SHAREPOINT | form                   | short
          SHAREPOINT | siteUrl                | http://x/
          SHAREPOINT | siteUrl                | https://u@x/
          SHAREPOINT | siteUrl                | javascript:x
          GENERIC    | form                   | metadata
          """)
  void a_parameter_that_does_not_hold_is_named(PartnerKind kind, String name, String value) {
    Problem problem = refusal(kind, name, value);

    assertThat(problem.code()).isEqualTo("parameter-malformed");
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.extensions()).containsEntry("field", name).containsKey("rule");
  }

  @Test
  void sharepoint_needs_a_site_and_knows_four_rights() {
    assertThat(refusal(PartnerKind.SHAREPOINT).extensions()).containsEntry("field", "siteUrl");
    assertThat(
            refusal(PartnerKind.SHAREPOINT, "siteUrl", Given.SITE, "right", "Owner").extensions())
        .containsEntry("field", "right");
  }

  @Test
  void a_parameter_counts_once() {
    var twice = Map.of("form", List.of("metadata", "short"));

    var refused =
        catchThrowableOfType(
            SetupRefused.class, () -> SetupChoices.read(PartnerKind.EXCHANGE, twice, "Concordat"));

    assertThat(refused.problem().extensions()).containsEntry("field", "form");
  }

  @Test
  void a_parameter_with_a_deceiving_name_is_not_repeated() {
    var odd = new LinkedHashMap<String, List<String>>();
    odd.put("a\u202Eb", List.of("x"));

    var refused =
        catchThrowableOfType(
            SetupRefused.class, () -> SetupChoices.read(PartnerKind.EXCHANGE, odd, "Concordat"));

    assertThat(refused.problem().detail()).doesNotContain("\u202E");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "name,        exchange, https://x/,          -x",
    "kind,        lotus,    https://x/,          x",
    "kind,        ,         https://x/,          x",
    "metadataUrl, exchange, http://x/,           x",
    "metadataUrl, exchange, https://user:p@x/,   x",
    "metadataUrl, exchange, ,                    x"
  })
  void a_description_that_does_not_hold_is_named(
      String field, String kind, String metadataUrl, String name) {
    var refused =
        catchThrowableOfType(
            SetupRefused.class, () -> Counterpart.described(name, kind, metadataUrl));

    assertThat(refused.problem().extensions()).containsEntry("field", field);
  }

  @Test
  void what_is_not_configured_is_named() {
    assertThat(unconfigured(Optional.empty(), Optional.of("x.com")).extensions())
        .containsEntry("field", "concordat.identity.application-identifier");
    assertThat(unconfigured(Optional.of(Given.IDENTIFIER), Optional.empty()).extensions())
        .containsEntry("field", "concordat.identity.realm");
    assertThat(unconfigured(Optional.of("it's us"), Optional.of("x.com")).code())
        .isEqualTo("setup-not-configured");
  }

  private static Problem unconfigured(Optional<String> identifier, Optional<String> realm) {
    return catchThrowableOfType(
            SetupRefused.class, () -> Us.of(identifier, realm, Given.PUBLIC_URL, Optional.empty()))
        .problem();
  }

  @Test
  void without_a_signing_key_there_is_no_form_with_a_certificate() throws SetupRefused {
    Us keyless =
        Us.of(
            Optional.of(Given.IDENTIFIER),
            Optional.of(Given.REALM),
            Given.PUBLIC_URL,
            Optional.empty());
    SetupChoices choices = Given.choices(PartnerKind.SKYPE, "form", "certificate");

    var refused =
        catchThrowableOfType(
            SetupRefused.class, () -> Setup.of(keyless, Given.partner(PartnerKind.SKYPE), choices));

    assertThat(refused.problem().code()).isEqualTo("signing-key-unknown");
    assertThat(Given.setup(keyless, Given.partner(PartnerKind.SKYPE)).script()).isNotNull();
  }

  @Test
  void as_json_it_has_the_names_that_are_documented() throws Exception {
    var json = Json.mapper().valueToTree(Given.setup(PartnerKind.EXCHANGE));

    assertThat(json.path("kind").asText()).isEqualTo("exchange");
    assertThat(json.at("/us/issuer").asText()).isEqualTo(Given.IDENTIFIER + "@litwareinc.com");
    assertThat(json.at("/steps/1/shell").asText()).isEqualTo("exchange-management-shell");
    assertThat(json.at("/here/0/shell").asText()).isEqualTo("bash");
    assertThat(json.at("/keyRollover/command").asText()).contains("-RefreshAuthMetadata");
  }

  private static String script(Setup setup) {
    return Objects.requireNonNull(setup.script());
  }

  private static Problem refusal(PartnerKind kind, String... parameters) {
    return catchThrowableOfType(SetupRefused.class, () -> Given.choices(kind, parameters))
        .problem();
  }
}
