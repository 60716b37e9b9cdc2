package dev.concordat.cli.powershell;

import static dev.concordat.cli.powershell.Samples.imported;
import static dev.concordat.cli.powershell.Samples.partner;
import static dev.concordat.cli.powershell.Samples.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.cli.powershell.Warning.Kind;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an entry of each product becomes, and what is said of it (setup.md 3.1 to 3.5). */
class PartnerImportTest {

  private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";
  private static final String EXCHANGE_URL =
      "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1";

  private static String skype(String... members) {
    return """
        {"Identity":"exchange","ApplicationIdentifier":"%s","Realm":"litwareinc.com","Enabled":true,\
        "AcceptSecurityIdentifierInformation":false,%s}"""
        .formatted(EXCHANGE, String.join(",", members));
  }

  private static final String FULL = "\"ApplicationTrustLevel\":\"Full\"";
  private static final String TOKEN = "\"AuthToken\":{\"Value\":\"" + EXCHANGE_URL + "\"}";

  private static String exchange(String... members) {
    return """
        {"UseAuthServer":false,"Name":"a","ApplicationIdentifier":"00000004-0000-0ff1-ce00-000000000000",\
        "Realm":"litwareinc.com","LinkedAccount":"litwareinc.com/Users/x"%s}"""
        .formatted(members.length == 0 ? "" : "," + String.join(",", members));
  }

  private static final String SKYPE_URL =
      "\"AuthMetadataUrl\":\"https://atl-cs-001.litwareinc.com/metadata/json/1\"";

  private static Set<Kind> warnings(Imported.Declared declared) {
    return declared.warnings().stream().map(Warning::kind).collect(Collectors.toSet());
  }

  private static Set<Kind> warnings(String text) {
    return warnings(partner(text));
  }

  @Test
  void get_partner_application_says_who_may_call_exchange() {
    List<Imported> all = imported(ImportChoices.none(), Samples.of(Cmdlet.PARTNER_APPLICATION));

    assertThat(all.getFirst())
        .isInstanceOfSatisfying(
            Imported.Declared.class,
            it -> {
              assertThat(it.where()).isEqualTo("file1, object 1");
              assertThat(it.partner())
                  .isEqualTo(
                      new PartnerApplication(
                          "LyncEnterprise-7f1d2c0e5b8a4c9f9d3e6a1b2c3d4e",
                          PartnerKind.SKYPE,
                          "00000004-0000-0ff1-ce00-000000000000",
                          "litwareinc.com",
                          TrustLevel.FULL,
                          true,
                          new Trust.ByMetadata(
                              "https://atl-cs-001.litwareinc.com/metadata/json/1", null, null),
                          List.of(),
                          null,
                          null));
              assertThat(warnings(it))
                  .containsExactlyInAnyOrder(Kind.NAME_CHANGED, Kind.SIDS_ACCEPTED);
            });
    assertThat(all.get(1))
        .isInstanceOfSatisfying(
            Imported.Skipped.class, it -> assertThat(it.name()).isEqualTo("Exchange Online"));
  }

  @Test
  void get_cs_partner_application_says_who_may_call_skype_for_business() {
    Imported.Declared declared = partner(Samples.of(Cmdlet.CS_PARTNER_APPLICATION));

    assertThat(declared.partner())
        .isEqualTo(
            new PartnerApplication(
                "microsoft.exchange",
                PartnerKind.EXCHANGE,
                EXCHANGE,
                "litwareinc.com",
                TrustLevel.FULL,
                true,
                new Trust.ByMetadata(EXCHANGE_URL, null, null),
                List.of(),
                null,
                null));
    assertThat(declared.warnings()).isEmpty();
  }

  @Test
  void get_auth_server_names_token_servers() {
    Imported.Declared declared = partner(Samples.of(Cmdlet.AUTH_SERVER));

    assertThat(declared.partner().name()).isEqualTo("WindowsAzureACS");
    assertThat(declared.partner().kind()).isEqualTo(PartnerKind.TOKEN_SERVER);
    assertThat(declared.partner().applicationIdentifier())
        .isEqualTo("00000001-0000-0000-c000-000000000000");
    assertThat(declared.partner().realm()).isNull();
    assertThat(warnings(declared)).containsExactly(Kind.NO_REALM);
  }

  @Test
  void an_auth_server_whose_issuer_is_a_url_leaves_the_identifier_to_its_document() {
    Imported.Declared declared =
        partner(
            """
            {"Name":"EvoSts","IssuerIdentifier":"https://sts.windows.net/x/","Realm":"litwareinc.com","TokenIssuingEndpoint":"",
             "AuthMetadataUrl":"https://login.example.com/federationmetadata.xml"}""");

    assertThat(declared.partner().applicationIdentifier()).isNull();
    assertThat(warnings(declared))
        .containsExactlyInAnyOrder(Kind.IDENTIFIER_LEFT_OUT, Kind.UNUSUAL_URL);
  }

  @Test
  void get_sp_trusted_security_token_issuer_says_who_may_call_sharepoint() {
    Imported.Declared declared = partner(Samples.of(Cmdlet.SP_TRUSTED_ISSUER));

    assertThat(declared.partner())
        .isEqualTo(
            new PartnerApplication(
                "Exchange",
                PartnerKind.EXCHANGE,
                EXCHANGE,
                "litwareinc.com",
                TrustLevel.FULL,
                true,
                new Trust.ByMetadata(EXCHANGE_URL, null, null),
                List.of(),
                null,
                null));
    assertThat(declared.warnings()).isEmpty();
  }

  @Test
  void an_issuer_that_signs_for_others_is_a_token_server_and_its_name_is_split_at_the_last_at() {
    Imported.Declared declared =
        partner(
            """
            {"RegisteredIssuerName":"a@b@5f3b7e0a-41c6-4b0e-9a55-8f2a6f0f9d10","IsSelfIssuer":"False","Name":"sts","Certificate":"%s"}"""
                .formatted(Certificates.GOOD.base64()));

    assertThat(declared.partner().kind()).isEqualTo(PartnerKind.TOKEN_SERVER);
    assertThat(declared.partner().applicationIdentifier()).isEqualTo("a@b");
    assertThat(declared.partner().realm()).isEqualTo("5f3b7e0a-41c6-4b0e-9a55-8f2a6f0f9d10");
    assertThat(declared.partner().trust())
        .isEqualTo(new Trust.ByCertificates(List.of(Certificates.GOOD.base64())));
    assertThat(warnings(declared)).containsExactly(Kind.CERTIFICATE_ONLY);
  }

  @ParameterizedTest
  @CsvSource({
    "\"Value=URL\"",
    "\"URL\"",
    "\"Microsoft.Rtc.Management.WritableConfig.Settings.SSAuth.UseMetadataUrl: Value=URL\"",
    "'{\"MetadataUrl\":\"URL\"}'",
    "'{\"Value\":{\"MetadataUrl\":\"URL\"}}'",
    "'{\"Value\":{\"Value\":\"URL\",\"Anchor\":{}}}'",
    "\"@{Value=URL}\"",
    "\"@{MetadataUrl=URL; ScopeClass=Global}\"",
    "'{\"Value\":{\"OriginalString\":\"URL\",\"AbsoluteUri\":\"URL\"}}'"
  })
  void the_url_of_skypes_auth_token_is_found_in_every_form(String form) {
    assertThat(
            partner(skype(FULL, "\"AuthToken\":" + form.replace("URL", EXCHANGE_URL)))
                .partner()
                .trust())
        .isEqualTo(new Trust.ByMetadata(EXCHANGE_URL, null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"AuthToken\":{\"CertificateRawData\":\"CERT\"}",
        "\"AuthToken\":{\"Certificate\":\"CERT\"}",
        "\"AuthToken\":{\"Value\":\"CERT\"}",
        "\"AuthToken\":{\"Value\":{\"CertificateRawData\":\"CERT\"}}",
        "\"AuthToken\":\"CERT\"",
        "\"AuthToken\":{\"Value\":{\"RawData\":[BYTES]}}",
        "\"AuthToken\":{\"Certificate\":{\"Thumbprint\":\"x\",\"RawData\":\"BYTE TEXT\"}}",
        "\"CertificateRawData\":\"CERT\""
      })
  void the_certificate_of_skypes_auth_token_is_found_in_every_form(String form) {
    String members =
        form.replace("CERT", Certificates.GOOD.base64())
            .replace("BYTE TEXT", Samples.numbers(Certificates.GOOD, " "))
            .replace("BYTES", Samples.numbers(Certificates.GOOD, ","));
    Imported.Declared declared = partner(skype(FULL, members));

    assertThat(declared.partner().trust())
        .isEqualTo(new Trust.ByCertificates(List.of(Certificates.GOOD.base64())));
    assertThat(warnings(declared)).containsExactly(Kind.CERTIFICATE_ONLY);
  }

  @Test
  void skypes_auth_token_may_name_an_oauth_server_and_follows_its_new_name() {
    String server =
        """
        {"Name":"the/sts","AuthMetadataUrl":"https://sts.litwareinc.com/metadata/json/1","Realm":"litwareinc.com","TokenIssuingEndpoint":"x"}""";
    List<Imported> all =
        imported(
            ImportChoices.none(), skype(FULL, "\"AuthToken\":{\"Value\":\"the/sts\"}"), server);

    assertThat(all.getFirst().name()).as("token servers come first").isEqualTo("the-sts");
    assertThat(all.get(1))
        .isInstanceOfSatisfying(
            Imported.Declared.class,
            it -> assertThat(it.partner().trust()).isEqualTo(new Trust.ByTokenServer("the-sts")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "2", "\"0\"", "3"})
  void a_trust_level_in_numbers_is_never_mapped(String number) {
    assertThat(refusal(skype("\"ApplicationTrustLevel\":" + number, TOKEN)))
        .contains("nothing is guessed")
        .contains(
            "Get-CsPartnerApplication | Select-Object *,@{n='TrustLevel';e={[string]$_.ApplicationTrustLevel}} | ConvertTo-Json -Depth 4 | Out-File -Encoding utf8 skype.json");
  }

  @ParameterizedTest
  @CsvSource({"Full,FULL", "application,APPLICATION", "User,USER"})
  void a_trust_level_by_name_is_read_beside_its_number(String name, TrustLevel level) {
    assertThat(
            partner(skype("\"ApplicationTrustLevel\":2", "\"TrustLevel\":\"" + name + "\"", TOKEN))
                .partner()
                .trustLevel())
        .isEqualTo(level);
  }

  @Test
  void a_trust_level_that_is_missing_is_asked_for() {
    assertThat(refusal(skype(TOKEN))).contains("is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"Global/exchange\"",
        "{\"Scope\":\"Global\",\"Name\":\"exchange\"}",
        "{\"Scope\":{\"Name\":\"x\"},\"Key\":\"exchange\"}",
        "{\"value\":\"exchange\",\"Length\":8}",
        "\"@{Scope=Global; Name=exchange}\"",
        "{\"DistinguishedName\":\"CN=exchange,CN=Partner Applications,DC=litwareinc\"}"
      })
  void a_name_is_read_from_an_identity_in_every_form(String identity) {
    assertThat(
            partner(
                    """
                    {"Identity":%s,"ApplicationIdentifier":"%s","Realm":"litwareinc.com",%s,%s}"""
                        .formatted(identity, EXCHANGE, FULL, TOKEN))
                .partner()
                .name())
        .isEqualTo("exchange");
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "\"False\"", "0", "{\"value\":false}"})
  void what_is_disabled_there_is_disabled_here(String no) {
    Imported.Declared declared = partner(exchange(SKYPE_URL, "\"Enabled\":" + no));

    assertThat(declared.partner().enabled()).isFalse();
    assertThat(warnings(declared)).containsExactly(Kind.DISABLED);
  }

  @Test
  void what_is_neither_yes_nor_no_decides_nothing() {
    assertThat(imported(ImportChoices.none(), exchange(SKYPE_URL, "\"Enabled\":\"Perhaps\"")))
        .first()
        .isInstanceOfSatisfying(
            Imported.Refused.class,
            it ->
                assertThat(it.why())
                    .contains("Its Enabled is Perhaps, which is neither true nor false."));
  }

  @Test
  void member_names_have_no_case() {
    assertThat(
            partner(
                    """
                    {"USEAUTHSERVER":"False","name":"a","applicationidentifier":"%s","REALM":"r","authmetadataurl":"%s","linkedAccount":"x"}"""
                        .formatted(EXCHANGE, EXCHANGE_URL))
                .warnings())
        .isEmpty();
  }

  @Test
  void what_was_cut_off_asks_for_more_depth_where_it_matters() {
    assertThat(refusal(skype(FULL, "\"AuthToken\":\"Microsoft.Rtc.Management.Xds.AuthToken\"")))
        .contains("cut off")
        .contains("-Depth 4")
        .contains("the Skype for Business Server Management Shell");
    assertThat(
            refusal(
                """
                {"Name":"a","RegisteredIssuerName":"%s@r","IsSelfIssuer":true,"SigningCertificate":"@{Thumbprint=AB; RawData=System.Byte[]"}"""
                    .formatted(EXCHANGE)))
        .contains("certificate was cut off");
    assertThat(
            refusal(
                """
                {"Name":"a","UseAuthServer":false,"ApplicationIdentifier":"x","Realm":"r","AuthMetadataUrl":"System.Object[]"}"""))
        .contains("Of its AuthMetadataUrl only System.Object[] is left");
    // Not needed beside a URL.
    assertThat(warnings(exchange(SKYPE_URL, "\"CertificateStrings\":\"System.Object[]\"")))
        .isEmpty();
  }

  @Test
  void a_certificate_below_the_depth_still_warns_of_its_end() {
    assertThat(
            warnings(
                """
                {"Name":"a","RegisteredIssuerName":"%s@r","MetadataEndPoint":"%s","IsSelfIssuer":true,
                 "SigningCertificate":{"Thumbprint":"AB","NotAfter":{"value":"\\/Date(1767225600000+0100)\\/","DateTime":"x"}}}"""
                    .formatted(EXCHANGE, EXCHANGE_URL)))
        .containsExactly(Kind.CERTIFICATE_ENDED);
    assertThat(
            warnings(
                """
                {"Name":"a","RegisteredIssuerName":"%s@r","MetadataEndPoint":"%s","IsSelfIssuer":true,
                 "SigningCertificate":{"Thumbprint":"AB","NotAfter":"2026-12-01T00:00:00.0000000+01:00"}}"""
                    .formatted(EXCHANGE, EXCHANGE_URL)))
        .containsExactly(Kind.CERTIFICATE_ENDS_SOON);
  }

  @Test
  void an_entry_that_says_nothing_of_its_keys_is_refused() {
    assertThat(refusal(exchange())).contains("neither AuthMetadataUrl nor a certificate");
    assertThat(refusal(skype(FULL, "\"AuthToken\":null"))).contains("AuthToken names neither");
    assertThat(refusal(skype(FULL, "\"CertificateRawData\":\"MIIDnotreally\"")))
        .contains("certificate can't be read");
    assertThat(Samples.only("{\"Name\":\"x\"}"))
        .isInstanceOfSatisfying(
            Imported.Refused.class, it -> assertThat(it.why()).contains("none of Get-"));
  }

  @Test
  void an_entry_by_auth_server_needs_to_be_told_which_unless_there_is_only_one() {
    String entry =
        """
        {"UseAuthServer":true,"Name":"a","ApplicationIdentifier":"5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001","Realm":"r","LinkedAccount":"x"}""";

    assertThat(refusal(entry)).contains("--token-server");
    assertThat(imported(new ImportChoices(false, "", "sts", null, false), entry).getFirst())
        .isInstanceOfSatisfying(
            Imported.Declared.class,
            it -> assertThat(it.partner().trust()).isEqualTo(new Trust.ByTokenServer("sts")));
    assertThat(imported(ImportChoices.none(), entry, Samples.of(Cmdlet.AUTH_SERVER)).get(1))
        .isInstanceOfSatisfying(
            Imported.Declared.class,
            it ->
                assertThat(it.partner().trust())
                    .isEqualTo(new Trust.ByTokenServer("WindowsAzureACS")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Exchange Online", "Microsoft Graph", "TeamsScheduler", "CloudVoicemail"})
  void what_every_hybrid_server_has_is_left_out_unless_asked_for(String name) {
    String entry = exchange(SKYPE_URL).replace("\"a\"", "\"" + name + "\"");

    assertThat(Samples.only(entry)).isInstanceOf(Imported.Skipped.class);
    assertThat(imported(new ImportChoices(true, "", null, null, false), entry).getFirst())
        .isInstanceOf(Imported.Declared.class);
  }

  @Test
  void names_are_made_to_fit_told_and_kept_apart() {
    String two = exchange(SKYPE_URL).replace("\"a\"", "\"\\u2019München: Sued!\"");
    List<Imported> all =
        imported(
            new ImportChoices(false, "old ", null, null, false), two, two, exchange(SKYPE_URL));

    assertThat(all)
        .extracting(Imported::name)
        .containsExactly("old -M-nchen- Sued-", "old -M-nchen- Sued--2", "old a")
        .allMatch(it -> it.matches("[A-Za-z0-9][A-Za-z0-9 ._-]{0,44}"));
    assertThat(warnings((Imported.Declared) all.getFirst())).contains(Kind.NAME_CHANGED);
    assertThat(PartnerNames.fitting("-- ")).isEqualTo("partner");
    assertThat(PartnerNames.fitting("x".repeat(60))).hasSize(45);
    var names = new PartnerNames();
    assertThat(List.of(names.claim("x".repeat(60)), names.claim("X".repeat(60))))
        .containsExactly("x".repeat(45), "X".repeat(43) + "-2");
  }

  @Test
  void the_same_identity_twice_is_told_across_files() {
    List<Imported> all =
        imported(
            ImportChoices.none(),
            Samples.of(Cmdlet.CS_PARTNER_APPLICATION),
            Samples.of(Cmdlet.SP_TRUSTED_ISSUER));

    assertThat(warnings((Imported.Declared) all.getFirst())).isEmpty();
    assertThat(warnings((Imported.Declared) all.get(1))).containsExactly(Kind.SAME_IDENTITY);
  }

  @Test
  void one_identifier_twice_without_a_realm_may_be_a_script_that_ran_twice() {
    String first = exchange(SKYPE_URL).replace("\"litwareinc.com\"", "\"\"");

    List<Imported> all = imported(ImportChoices.none(), first, first);

    assertThat(warnings((Imported.Declared) all.get(1)))
        .containsExactlyInAnyOrder(Kind.NAME_CHANGED, Kind.SAME_IDENTITY, Kind.NO_REALM);
  }

  @Test
  void plain_http_is_told_and_allowed_only_if_asked_for() {
    String entry =
        exchange("\"AuthMetadataUrl\":\"http://atl-cs-001.litwareinc.com/metadata/json/1\"");

    assertThat(warnings(entry)).containsExactly(Kind.PLAIN_HTTP);
    assertThat(partner(entry).partner().trust())
        .isInstanceOfSatisfying(Trust.ByMetadata.class, it -> assertThat(it.allowHttp()).isNull());
    assertThat(imported(new ImportChoices(false, "", null, null, true), entry).getFirst())
        .isInstanceOfSatisfying(
            Imported.Declared.class,
            it -> assertThat(((Trust.ByMetadata) it.partner().trust()).allowHttp()).isTrue());
  }

  @ParameterizedTest
  @CsvSource({
    "00000004-0000-0ff1-ce00-000000000000,https://x.litwareinc.com/",
    "00000002-0000-0ff1-ce00-000000000000,https://x.litwareinc.com/metadata/json/1",
    "00000003-0000-0ff1-ce00-000000000000,https://x.litwareinc.com/metadata/json/1",
    "00000002-0000-0ff1-ce00-000000000000,http://x.litwareinc.com/jsonmetadata.ashx"
  })
  void a_url_without_the_products_path_is_told_with_the_right_one(String id, String url) {
    String entry =
        exchange("\"AuthMetadataUrl\":\"" + url + "\"")
            .replace("00000004-0000-0ff1-ce00-000000000000", id);

    assertThat(partner(entry).warnings())
        .anyMatch(
            it -> it.kind() == Kind.UNUSUAL_URL && it.sentence().contains("/metadata/json/1"));
  }

  @Test
  void a_blank_realm_is_told_with_what_the_product_takes_and_can_be_given() {
    String entry = exchange(SKYPE_URL).replace("\"litwareinc.com\"", "\"\"");

    assertThat(partner(entry).warnings())
        .singleElement()
        .satisfies(it -> assertThat(it.sentence()).contains("default accepted domain"));
    assertThat(partner(skype(FULL, TOKEN).replace("\"litwareinc.com\"", "\"\"")).warnings())
        .singleElement()
        .satisfies(it -> assertThat(it.sentence()).contains("default SIP domain"));
    assertThat(
            imported(new ImportChoices(false, "", null, "litwareinc.com", false), entry).getFirst())
        .isInstanceOfSatisfying(
            Imported.Declared.class,
            it -> assertThat(it.partner().realm()).isEqualTo("litwareinc.com"));
  }

  @Test
  void an_entry_that_exchange_gives_no_permission_is_told() {
    assertThat(warnings(exchange(SKYPE_URL).replace("litwareinc.com/Users/x", "")))
        .containsExactly(Kind.NO_PERMISSION);
    assertThat(
            warnings(
                exchange(SKYPE_URL, "\"ActAsPermissions\":[\"Mail.ReadWrite\"]")
                    .replace("litwareinc.com/Users/x", "")))
        .isEmpty();
  }

  @Test
  void full_trust_for_what_nobody_knows_is_told() {
    assertThat(
            warnings(skype(FULL, TOKEN).replace(EXCHANGE, "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001")))
        .containsExactly(Kind.FULL_FOR_UNKNOWN);
    assertThat(
            warnings(
                skype("\"TrustLevel\":\"Application\"", TOKEN)
                    .replace(EXCHANGE, "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001")))
        .isEmpty();
  }

  @Test
  void certificates_warn_of_their_ends_and_of_weakness() {
    assertThat(
            warnings(
                withCertificate(
                    Certificates.until(Certificates.NOW.minus(Duration.ofDays(1))).base64())))
        .containsExactly(Kind.CERTIFICATE_ENDED);
    assertThat(
            warnings(
                withCertificate(
                    Certificates.until(Certificates.NOW.plus(Duration.ofDays(59))).base64())))
        .containsExactly(Kind.CERTIFICATE_ENDS_SOON);
    assertThat(warnings(withCertificate(Certificates.weak().base64())))
        .containsExactly(Kind.CERTIFICATE_WEAK);
    assertThat(warnings(withCertificate(Certificates.signedWithSha1().base64())))
        .containsExactly(Kind.CERTIFICATE_SHA1);
    assertThat(warnings(withCertificate("MIIDcuttooearly")))
        .containsExactly(Kind.CERTIFICATE_UNREADABLE);
  }

  private static String withCertificate(String base64) {
    return exchange(SKYPE_URL, "\"CertificateStrings\":[\"" + base64 + "\"]");
  }

  @Test
  void replacing_takes_nothing_away_that_the_cmdlet_can_not_say() {
    Imported.Declared declared = partner(exchange(SKYPE_URL));
    var probe = new ProbeSettings(List.of("sip:kenmyer@litwareinc.com"), null, null, null);
    var registered =
        new PartnerApplication(
            "a",
            PartnerKind.SKYPE,
            "00000004-0000-0ff1-ce00-000000000000",
            "litwareinc.com",
            TrustLevel.APPLICATION,
            true,
            new Trust.ByMetadata(
                "https://atl-cs-001.litwareinc.com/metadata/json/1", "(PEM)", null),
            List.of(),
            null,
            probe);

    assertThat(declared.keeping(registered).partner()).isEqualTo(registered);
    assertThat(partner(skype(FULL, TOKEN)).keeping(registered).partner().trustLevel())
        .as("Skype says the trust level itself")
        .isEqualTo(TrustLevel.FULL);
  }

  @Test
  void what_is_shown_of_a_file_can_not_steer_a_terminal() {
    assertThat(Shown.text("a\u001b[31mb\u202e" + "x".repeat(300)))
        .startsWith("a\\u001b[31mb\\u202exx")
        .endsWith("x…")
        .hasSizeLessThan(220);
  }
}
