package dev.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.cli.RegistryInMemory.Result;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Admins' files against a registry: what is shown, what is written, what is left alone. */
class PartnerImportCommandTest {

  private static final String URL =
      "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1";
  private static final String EXCHANGE = entry("exchange", "litwareinc.com", "\"Full\"");

  @TempDir Path folder;
  private RegistryInMemory registry;

  @BeforeEach
  void serve() throws IOException {
    registry = new RegistryInMemory(folder);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static String entry(String name, String realm, String level) {
    return """
        {"Identity":"%s","ApplicationIdentifier":"00000002-0000-0ff1-ce00-000000000000","Realm":"%s",
         "ApplicationTrustLevel":%s,"Enabled":true,"AuthToken":{"Value":"%s"}}
        """
        .formatted(name, realm, level, URL);
  }

  private String file(String name, String text) throws IOException {
    // As Windows PowerShell's > writes it.
    return Files.write(folder.resolve(name), ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE))
        .toString();
  }

  private static PartnerApplication exchange(TrustLevel level) {
    return new PartnerApplication(
        "exchange",
        PartnerKind.EXCHANGE,
        "00000002-0000-0ff1-ce00-000000000000",
        "litwareinc.com",
        level,
        true,
        new Trust.ByMetadata(URL, null, null),
        List.of(),
        null,
        new ProbeSettings(List.of("sip:kenmyer@litwareinc.com"), null, null, null));
  }

  @Test
  void a_dry_run_shows_what_would_be_created_and_writes_nothing() throws IOException {
    String file = file("my file.json", EXCHANGE);

    Result result = registry.run("partner", "import", file);

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .containsOnlyOnce("An entry says who may call the exporting product")
        .contains(
            "+ exchange created: exchange, "
                + URL
                + " (my file.json, object 1, Get-CsPartnerApplication)")
        .contains("Would create 1, replace 0, 0 unchanged, 0 refused, 0 skipped.")
        .contains("To apply it: ./concordat partner import '" + file + "' --apply");
    assertThat(registry.asked("PUT")).isEmpty();
    assertThat(registry.registered()).isEmpty();
  }

  @Test
  void applied_it_is_written_and_applied_again_nothing_changes() throws IOException {
    String file = file("skype.json", EXCHANGE);

    assertThat(registry.run("partner", "import", file, "--apply").exitCode()).isZero();
    assertThat(registry.registered("exchange").trust())
        .isEqualTo(new Trust.ByMetadata(URL, null, null));
    Result again = registry.run("partner", "import", file, "--apply");

    assertThat(again.out()).contains("= exchange unchanged").contains("1 unchanged");
    assertThat(registry.asked("PUT")).hasSize(1);
  }

  @Test
  void what_is_registered_shows_the_fields_that_change_and_keeps_what_the_file_can_not_say()
      throws IOException {
    registry.register(exchange(TrustLevel.APPLICATION));

    Result result = registry.run("partner", "import", file("skype.json", EXCHANGE), "--apply");

    assertThat(result.out())
        .contains("~ exchange replaced")
        .contains("    trustLevel: application → full")
        .doesNotContain("probe");
    assertThat(registry.registered("exchange")).isEqualTo(exchange(TrustLevel.FULL));
  }

  @Test
  void what_does_not_hold_is_refused_and_the_rest_is_written() throws IOException {
    registry.register(exchange(TrustLevel.FULL));
    String file =
        file(
            "skype.json",
            entry("twin", "litwareinc.com", "\"Full\"")
                + entry("numbered", "fabrikam.com", "0")
                + entry("good", "contoso.com", "\"Full\""));

    Result result = registry.run("partner", "import", file, "--apply");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .contains("! twin refused")
        .contains("Another partner has this identity. The partner exchange has it.")
        .contains("! numbered refused (skype.json, object 2)")
        .contains("TrustLevel")
        .contains("+ good created")
        .contains("To create 1, to replace 0, 0 unchanged, 2 refused, 0 skipped.");
    assertThat(registry.registered())
        .extracting(PartnerApplication::name)
        .containsExactly("exchange", "good");
  }

  @Test
  void another_identity_under_the_same_name_must_be_asked_for() throws IOException {
    registry.register(exchange(TrustLevel.FULL));
    String file = file("skype.json", entry("exchange", "fabrikam.com", "\"Full\""));

    assertThat(registry.run("partner", "import", file).exitCode()).isEqualTo(1);
    Result asked = registry.run("partner", "import", file, "--accept-identity-change");
    assertThat(asked.exitCode()).isZero();
    assertThat(asked.out())
        .contains("    realm: litwareinc.com → fabrikam.com")
        .contains("--accept-identity-change --apply");
  }

  @Test
  void token_servers_are_written_before_those_they_vouch_for() throws IOException {
    String client =
        """
        {"UseAuthServer":true,"Name":"client","ApplicationIdentifier":"5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001",
         "Realm":"litwareinc.com","LinkedAccount":"x"}""";
    String server =
        """
        {"Name":"sts","IssuerIdentifier":"5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700002","Realm":"litwareinc.com",
         "TokenIssuingEndpoint":"","AuthMetadataUrl":"https://sts.litwareinc.com/metadata/json/1"}""";

    Result result =
        registry.run(
            "partner", "import", file("a.json", client), file("b.json", server), "--apply");

    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(registry.asked("PUT"))
        .containsExactly("PUT /v1/partners/sts", "PUT /v1/partners/client");
  }

  @Test
  void a_file_that_can_not_be_read_stops_all_before_anything_is_asked() throws IOException {
    String good = file("good.json", EXCHANGE);
    String list = file("list.txt", "LinkedAccount : x\nEnabled : True\n");

    Result result =
        registry.run(
            "partner", "import", good, list, folder.resolve("absent").toString(), "--apply");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains("list.txt can't be read. It is the list that Format-List shows")
        .contains("absent can't be read.")
        .doesNotContain("good.json");
    assertThat(registry.asked("POST")).isEmpty();
  }

  @Test
  void an_empty_file_is_told_and_no_failure() throws IOException {
    Result result = registry.run("partner", "import", file("none.json", ""));

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("none.json is empty: the cmdlet found none.");
  }

  @Test
  void a_busy_registry_is_asked_again() throws IOException {
    registry.busyFor(3);

    Result result = registry.run("partner", "import", file("skype.json", EXCHANGE), "--apply");

    assertThat(result.exitCode()).isZero();
    assertThat(registry.registered()).hasSize(1);
  }

  @Test
  void a_registry_that_stays_busy_is_given_up_with_what_to_do() throws IOException {
    registry.busyFor(1000);

    Result result = registry.run("partner", "import", file("skype.json", EXCHANGE), "--apply");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("Busy. Try again.");
  }

  @Test
  void programs_get_it_as_json() throws IOException {
    registry.register(exchange(TrustLevel.APPLICATION));
    String warned =
        entry("b", "", "\"User\"") + "{\"Name\":\"Exchange Online\",\"UseAuthServer\":true}";

    Result result =
        registry.run(
            "partner", "import", file("a.json", EXCHANGE), file("b.json", warned), "-o", "json");

    var items = Json.mapper().readTree(result.out()).path("items");
    assertThat(items).hasSize(3);
    assertThat(items.get(0).path("outcome").asText()).isEqualTo("replaced");
    assertThat(items.get(0).path("changes").get(0).path("field").asText()).isEqualTo("trustLevel");
    assertThat(items.get(1).path("warnings").get(0).path("code").asText()).isEqualTo("no-realm");
    assertThat(items.get(2).path("outcome").asText()).isEqualTo("skipped");
  }

  @Test
  void a_prefix_that_no_name_could_begin_with_is_usage() throws IOException {
    assertThat(
            registry.run("partner", "import", file("a.json", EXCHANGE), "--prefix", "/").exitCode())
        .isEqualTo(2);
    assertThat(
            registry.run("partner", "import", file("a.json", EXCHANGE), "--prefix", "old-").out())
        .contains("+ old-exchange created")
        .contains("warning: Its name there is exchange; here it is old-exchange. (name-changed)");
  }

  @Test
  void what_was_exported_in_a_products_shape_imports_without_a_change() throws IOException {
    registry.register(exchange(TrustLevel.APPLICATION));
    Result exported = registry.run("partner", "export", "--as", "cs-partner-application");
    assertThat(exported.exitCode()).isZero();
    assertThat(exported.err()).contains("no word for probe");

    Result imported = registry.run("partner", "import", file("again.json", exported.out()));

    assertThat(imported.out()).contains("= exchange unchanged");
  }

  @Test
  void exporting_names_what_it_leaves_out() {
    var sts =
        new PartnerApplication(
            "sts",
            PartnerKind.TOKEN_SERVER,
            "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700002",
            "litwareinc.com",
            TrustLevel.FULL,
            true,
            new Trust.ByMetadata("https://sts.litwareinc.com/metadata/json/1", null, null),
            List.of(),
            null,
            null);
    registry.register(sts);
    registry.register(exchange(TrustLevel.FULL));

    assertThat(registry.run("partner", "export", "--as", "auth-server"))
        .satisfies(
            it -> {
              assertThat(it.exitCode()).isZero();
              assertThat(it.err()).isEmpty();
              assertThat(it.out()).contains("\"Name\" : \"sts\"").doesNotContain("exchange");
            });
    Result named = registry.run("partner", "export", "exchange", "--as", "auth-server");
    assertThat(named.exitCode()).isEqualTo(1);
    assertThat(named.err()).contains("exchange is left out: It is no token server");
    assertThat(registry.run("partner", "export", "nobody", "--as", "auth-server").exitCode())
        .isEqualTo(1);
    assertThat(registry.run("partner", "export", "--as", "csv").err())
        .contains("csv is none of partner-application, cs-partner-application, auth-server");
  }
}
