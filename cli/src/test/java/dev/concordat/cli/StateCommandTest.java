package dev.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.cli.RegistryInMemory.Result;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Back-up and restoring: what a person reads, what is noticed, what is written. */
class StateCommandTest {

  @TempDir Path folder;
  private RegistryInMemory registry;
  private Path file;

  @BeforeEach
  void serve() throws IOException {
    registry = new RegistryInMemory(folder);
    file = folder.resolve("registry.ndjson");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static PartnerApplication partner(String name, PartnerKind kind, Trust trust) {
    return new PartnerApplication(
        name, kind, null, null, TrustLevel.FULL, true, trust, List.of(), null, null);
  }

  private static Trust url(String host) {
    return new Trust.ByMetadata("https://" + host + ".litwareinc.com/metadata/json/1", null, null);
  }

  private static PartnerApplication identified(String name, String realm) {
    return new PartnerApplication(
        name,
        PartnerKind.EXCHANGE,
        "00000002-0000-0ff1-ce00-000000000000",
        realm,
        TrustLevel.FULL,
        true,
        url("a"),
        List.of(),
        null,
        null);
  }

  private void fill() {
    registry.register(partner("zeta", PartnerKind.TOKEN_SERVER, url("sts")));
    registry.register(
        new PartnerApplication(
            "Alpha",
            PartnerKind.GENERIC,
            "https://crm.litwareinc.com/",
            "litwareinc.com",
            TrustLevel.APPLICATION,
            false,
            new Trust.ByTokenServer("zeta"),
            List.of(
                new MayRequest(
                    "beta", new MayRequest.ActingAs(null, List.of("sip:a@litwareinc.com"), null))),
            new ClientAuth(null, null, "system:serviceaccount:crm:crm", null),
            null));
    registry.register(
        new PartnerApplication(
            "beta",
            PartnerKind.EXCHANGE,
            "00000002-0000-0ff1-ce00-000000000000",
            "litwareinc.com",
            TrustLevel.FULL,
            true,
            new Trust.ByMetadata("https://b.litwareinc.com/x", "(PEM)", true),
            List.of(),
            null,
            new ProbeSettings(
                List.of("sip:a@litwareinc.com"),
                List.of(ProbeKind.ARCHIVING),
                Duration.ofMinutes(15),
                false)));
  }

  private Result exported() {
    Result result = registry.run("state", "export", file.toString());
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result;
  }

  private Result imported(String... more) {
    var arguments = new ArrayList<>(List.of("state", "import", file.toString()));
    arguments.addAll(List.of(more));
    return registry.run(arguments.toArray(String[]::new));
  }

  @Test
  void a_backup_has_a_header_and_then_a_partner_a_line_token_servers_first_then_by_name()
      throws IOException {
    fill();

    assertThat(exported().out()).contains("has 3 partners");

    List<String> lines = Files.readAllLines(file);
    assertThat(lines.getFirst())
        .startsWith("{\"format\":\"concordat-state\",\"version\":1,\"writtenAt\":\"")
        .endsWith("\"partners\":3,\"tokenServers\":1,\"revision\":3}");
    assertThat(lines.subList(1, 4))
        .extracting(it -> Json.mapper().readTree(it).path("name").asText())
        .containsExactly("zeta", "Alpha", "beta");
    assertThat(lines.get(1))
        .isEqualTo(
            "{\"name\":\"zeta\",\"kind\":\"token-server\",\"trustLevel\":\"full\",\"enabled\":true,\"trust\":{\"metadataUrl\":\"https://sts.litwareinc.com/metadata/json/1\"}}");
    assertThat(Files.getPosixFilePermissions(file)).as("only its owner's").hasSize(2);
    try (var files = Files.list(folder)) {
      assertThat(files.map(it -> it.getFileName().toString())).noneMatch(it -> it.endsWith(".tmp"));
    }
  }

  @Test
  void reading_back_what_was_written_changes_nothing() {
    fill();
    exported();

    Result result = imported("--apply", "--prune");

    assertThat(result)
        .isEqualTo(
            new Result(0, "0 created, 0 replaced, 0 removed, 3 unchanged, 0 refused.\n", ""));
    assertThat(registry.asked("PUT")).isEmpty();
  }

  @Test
  void an_empty_registry_is_restored_whole_and_again_nothing_changes() {
    fill();
    exported();
    List<PartnerApplication> before = registry.registered();
    registry.clear();

    Result dry = imported();
    assertThat(dry.exitCode()).isZero();
    assertThat(dry.out()).contains("+ zeta created").contains("3 created, 0 replaced");
    assertThat(dry.err()).contains("Nothing was written. To write it: ./concordat state import");
    assertThat(registry.registered()).isEmpty();

    Result applied = imported("--apply");
    assertThat(applied.exitCode()).as(applied.err()).isZero();
    assertThat(applied.err()).contains("3 written.");
    assertThat(registry.registered()).isEqualTo(before);
    assertThat(registry.asked("PUT").getFirst()).as("token servers first").contains("zeta");
    assertThat(imported("--apply").out()).contains("3 unchanged");
  }

  @Test
  void what_differs_is_shown_field_by_field() throws IOException {
    fill();
    exported();
    Files.writeString(
        file, Files.readString(file).replace("\"PT15M\"", "\"PT1H\"").replace("(PEM)", "(CA)"));

    Result result = imported();

    assertThat(result.out())
        .contains("~ beta replaced")
        .contains("    probe.interval: PT15M → PT1H")
        .contains("    trust.caBundle: (PEM) → (CA)")
        .contains("0 created, 1 replaced, 0 removed, 2 unchanged, 0 refused.");
    var json = Json.mapper().readTree(imported("-o", "json").out());
    assertThat(json.path("replaced").asInt()).isEqualTo(1);
    assertThat(json.path("partners").get(0).path("changes").size()).isEqualTo(2);
  }

  @Test
  void what_the_file_does_not_have_is_removed_only_if_asked_for_and_token_servers_last()
      throws IOException {
    exportedEmpty();
    fill();

    assertThat(imported().out()).contains("0 removed");
    assertThat(imported("--prune").out())
        .contains("- Alpha removed\n- beta removed\n- zeta removed\n")
        .contains("3 removed");
    assertThat(registry.asked("DELETE")).isEmpty();
    assertThat(imported("--prune", "--apply").exitCode()).isZero();
    assertThat(registry.registered()).isEmpty();
    assertThat(registry.asked("DELETE").getLast()).contains("zeta");
  }

  private void exportedEmpty() throws IOException {
    exported();
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void a_partner_that_was_renamed_since_gets_its_name_back() {
    registry.register(identified("old", "litwareinc.com"));
    exported();
    registry.clear();
    registry.register(identified("new", "litwareinc.com"));

    assertThat(imported().out()).contains("! old refused: Another partner has this identity");
    Result result = imported("--prune", "--apply");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(registry.registered()).extracting(PartnerApplication::name).containsExactly("old");
  }

  @Test
  void nothing_is_written_where_the_registry_refuses_something_unless_the_rest_is_asked_for() {
    registry.register(identified("a", "litwareinc.com"));
    registry.register(identified("b", "fabrikam.com"));
    exported();
    registry.clear();
    registry.register(identified("c", "litwareinc.com"));

    Result refused = imported("--apply");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("refuses 1").contains("--except-refused");
    assertThat(registry.registered()).hasSize(1);

    assertThat(imported("--apply", "--except-refused").exitCode()).isEqualTo(1);
    assertThat(registry.registered())
        .extracting(PartnerApplication::name)
        .containsExactly("b", "c");
  }

  @Test
  void a_file_that_was_cut_is_noticed_wherever_it_was() throws IOException {
    fill();
    exported();
    String whole = Files.readString(file);

    for (int length = 0; length < whole.length() - 1; length++) {
      Files.writeString(file, whole.substring(0, length));
      assertThat(StateFile.check(file).faults()).as("cut at %d", length).isNotEmpty();
    }
    Files.writeString(file, whole.substring(0, whole.lastIndexOf("{\"name\"")));
    Result result = imported("--apply");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains("does not hold, and nothing was written")
        .contains("line 1: it says that 3 partners follow, and 2 do. The file was cut");
    assertThat(registry.asked("POST")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"enabled\":true      | \"enabled\":true,\"colour\":1 | line 2: there is no field colour.",
        "\"enabled\":true      | \"enabled\":\"maybe\"         | line 2: the value of enabled does not fit.",
        "\"enabled\":true,     | `` | line 2: enabled is missing.",
        "\"full\"              | \"fullest\"                   | line 2: the value of trustLevel does not fit.",
        "\"metadataUrl\"       | \"url\"                       | line 2:",
        "\"kind\"              | \"name\":\"x\",\"kind\"       | line 2: it is no JSON, or has a field twice",
        "\"version\":1         | \"version\":2                 | line 1: it has version 2; this Concordat reads 1.",
        "concordat-state       | something                     | line 1: it is no back-up of a registry",
        "\"revision\"          | \"colour\":1,\"revision\"       | line 1: there is no field colour.",
        "\"revision\"          | \"colour\"                    | line 1: revision is missing.",
        "\"partners\":1        | \"partners\":\"one\"           | line 1: the value of partners does not fit."
      })
  void whatever_is_wrong_is_told_with_its_line(String part, String instead, String told)
      throws IOException {
    registry.register(partner("a", PartnerKind.SKYPE, url("a")));
    exported();
    Files.writeString(file, Files.readString(file).replace(part, instead));

    Result result = imported("--apply");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(told);
    assertThat(registry.asked("POST")).isEmpty();
  }

  @Test
  void names_and_identities_that_come_twice_are_told_with_both_lines() throws IOException {
    registry.register(identified("a", "litwareinc.com"));
    exported();
    List<String> lines = Files.readAllLines(file);
    Files.writeString(
        file,
        lines.get(0).replace("\"partners\":1", "\"partners\":3")
            + "\n"
            + lines.get(1)
            + "\n"
            + lines.get(1).replace("\"a\"", "\"A\"").replace("litwareinc", "contoso")
            + "\n"
            + lines.get(1).replace("\"a\"", "\"b\"")
            + "\n");

    assertThat(imported().err())
        .contains("line 3: A is in line 2 already.")
        .contains("line 4: the partner in line 2 has the same application identifier and realm");
  }

  @Test
  void a_token_server_behind_others_and_a_file_that_is_none_are_told() throws IOException {
    fill();
    exported();
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.add(lines.remove(1));
    Files.write(file, lines);
    assertThat(imported().err()).contains("line 4: a token server stands behind");
    Files.writeString(file, "");
    assertThat(imported().err()).contains("It is empty.");
    Files.write(file, new byte[] {'{', '"', (byte) 0xFF, '"', '}'});
    assertThat(imported().exitCode()).isEqualTo(2);
    Files.delete(file);
    assertThat(imported().err()).contains("can't be read");
    assertThat(registry.run("state", "export", folder.resolve("no/where").toString()).exitCode())
        .isEqualTo(2);
  }

  @Test
  void many_partners_go_through_in_pages_and_batches_while_the_registry_is_busy_at_times() {
    registry.register(partner("sts", PartnerKind.TOKEN_SERVER, url("sts")));
    for (int i = 0; i < 4000; i++) {
      registry.register(
          new PartnerApplication(
              "partner-%05d".formatted(i),
              PartnerKind.GENERIC,
              "https://app-%05d.litwareinc.com/".formatted(i),
              "litwareinc.com",
              TrustLevel.FULL,
              true,
              i % 2 == 0 ? url("host-" + i) : new Trust.ByTokenServer("STS"),
              List.of(),
              null,
              null));
    }
    exported();
    List<PartnerApplication> before = registry.registered();
    registry.clear();
    registry.busyFor(5);

    Result result = imported("--apply", "-o", "json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("4000 of 4001").contains("4001 written.");
    assertThat(registry.registered()).isEqualTo(before);
    assertThat(registry.asked("POST").size()).as("batches").isBetween(3, 20);
  }
}
