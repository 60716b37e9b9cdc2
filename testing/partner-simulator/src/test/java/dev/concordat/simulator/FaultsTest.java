package dev.concordat.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.simulator.faults.Causes;
import dev.concordat.simulator.faults.Effect;
import dev.concordat.simulator.faults.Fault;
import dev.concordat.simulator.faults.FaultReader;
import dev.concordat.simulator.faults.Faults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests meet which fault, and how faults are told. */
class FaultsTest {

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Faults faults = new Faults(() -> now);

  @Test
  void every_cause_of_the_diagnosis_has_its_fault_or_says_where_else_it_comes_from()
      throws Exception {
    var documented = new TreeSet<String>();
    var heading = Pattern.compile("^### `([a-z-]+)`$", Pattern.MULTILINE);
    var found = heading.matcher(Files.readString(Path.of("../../docs/diagnose.md")));
    while (found.find()) {
      documented.add(found.group(1));
    }
    assertThat(documented).isNotEmpty();
    assertThat(Causes.all().keySet()).containsAll(documented);
    for (var cause : Causes.all().entrySet()) {
      if (cause.getValue().has("fault")) {
        assertThat(FaultReader.read(json("{'cause':'%s'}".formatted(cause.getKey()))).effects())
            .as(cause.getKey())
            .isNotEmpty();
      } else {
        assertThat(cause.getValue().path("elsewhere").asText()).isNotBlank();
      }
    }
  }

  @Test
  void members_beside_a_cause_come_on_top_of_it() {
    Fault fault = FaultReader.read(json("{'cause':'quota-exceeded','times':2,'mailbox':'a@b.c'}"));

    assertThat(fault.effect(Effect.ResponseError.class))
        .hasValue(new Effect.ResponseError("ErrorQuotaExceeded"));
    assertThat(fault.on().operation()).isEqualTo("CreateItem");
    assertThat(fault.on().mailbox()).isEqualTo("a@b.c");
    assertThat(fault.when().times()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'colour':'red','status':500}      | no member colour",
        "{'status':'high'}                  | status must be a whole number",
        "{'path':'/EWS'}                    | does nothing",
        "{'tls':'broken'}                   | tls must be one of expired",
        "{'cause':'bad-luck'}               | no cause bad-luck",
        "{'cause':'cancelled'}              | no partner brings about cancelled",
        "{'body':'x'}                       | need a status",
        "{'status':500,'probability':2}     | probability",
        "['status']                         | JSON object",
      })
  void what_can_not_be_understood_is_named(String given, String expected) {
    assertThatThrownBy(() -> FaultReader.read(json(given)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void a_fault_is_for_a_host_an_operation_or_a_mailbox() {
    set("{'host':'mail.example','operation':'GetItem','mailbox':'sip:ken@a.example','status':500}");

    assertThat(meets("mail.example", "GetItem", "KEN@a.example")).isTrue();
    assertThat(meets("mail.example", "FindItem", "ken@a.example")).isFalse();
    assertThat(meets("other.example", "GetItem", "ken@a.example")).isFalse();
    assertThat(meets("mail.example", "GetItem", "pilar@a.example")).isFalse();
  }

  @Test
  void a_fault_lasts_for_so_many_requests_or_so_long() {
    set("{'after':1,'times':2,'status':500}");
    assertThat(IntStream.range(0, 5).mapToObj(_ -> meets("h", "GetItem", "")).toList())
        .containsExactly(false, true, true, false, false);

    set("{'seconds':30,'status':500}");
    assertThat(meets("h", "GetItem", "")).isTrue();
    now = now.plusSeconds(31);
    assertThat(meets("h", "GetItem", "")).isFalse();
    assertThat(faults.list()).isEmpty();
  }

  @Test
  void chance_is_decided_by_the_seed() {
    List<Boolean> first = twenty(7);

    assertThat(first).contains(true, false).isEqualTo(twenty(7)).isNotEqualTo(twenty(8));
  }

  private List<Boolean> twenty(int seed) {
    faults.clear();
    set("{'probability':0.5,'seed':%d,'status':500}".formatted(seed));
    return IntStream.range(0, 20).mapToObj(_ -> meets("h", "GetItem", "")).toList();
  }

  @Test
  void a_fault_of_the_handshake_is_met_by_handshakes_only() {
    set("{'tls':'expired','host':'mail.example','times':1}");

    assertThat(meets("mail.example", "GetItem", "")).isFalse();
    assertThat(faults.meetHandshake("other.example")).isEmpty();
    assertThat(faults.meetHandshake("mail.example")).hasValue(Effect.Tls.Kind.EXPIRED);
    assertThat(faults.meetHandshake("mail.example")).isEmpty();
  }

  private void set(String fault) {
    faults.add(FaultReader.read(json(fault)));
  }

  private boolean meets(String host, String operation, String mailbox) {
    return faults
        .meet(
            new Fault.Met(
                host, "/EWS/Exchange.asmx", Optional.of(operation), Set.of(mailbox, "other@b.c")))
        .isPresent();
  }

  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
