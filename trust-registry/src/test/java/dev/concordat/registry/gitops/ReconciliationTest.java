package dev.concordat.registry.gitops;

import static dev.concordat.registry.Registered.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.Event;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.contracts.events.RemovePartner;
import dev.concordat.registry.Registered;
import dev.concordat.registry.declarations.DeclarationReader;
import dev.concordat.registry.declarations.FileContent;
import dev.concordat.registry.gitops.DeclarationsReport.State;
import dev.concordat.registry.rules.Decision;
import dev.concordat.registry.rules.PartnerRules;
import dev.concordat.registry.rules.Partners;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReconciliationTest {

  /** What is registered, and the files, by their paths. */
  private final Partners partners = new Partners();

  private final Map<String, PartnerRegistered> present = new TreeMap<>();
  private final Map<String, String> files = new TreeMap<>();
  private final Set<String> lost = new HashSet<>();
  private boolean allowEmpty;

  private static String exchange(String name) {
    return "name: %s\ntrust: {metadataUrl: 'https://%s/autodiscover/metadata/json/1'}\n"
        .formatted(name, name.toLowerCase(Locale.ROOT));
  }

  private static String tokenServer(String name) {
    return exchange(name) + "kind: token-server\n";
  }

  private static String vouchedFor(String name, String tokenServer) {
    return "name: %s\nkind: exchange\ntrust: {tokenServer: %s}\n".formatted(name, tokenServer);
  }

  private Plan plan() {
    var content = new ArrayList<DeclaredFile>();
    files.forEach(
        (path, text) -> {
          FileContent read = DeclarationReader.yaml(text.getBytes(UTF_8));
          content.add(
              new DeclaredFile(
                  path,
                  read.declared(),
                  read.malformed().stream()
                      .map(it -> Finding.at(path, it.place(), null, it.problem()))
                      .toList(),
                  read.mentioned()));
        });
    return plan(new FolderContent(content, Optional.empty()));
  }

  private Plan plan(FolderContent content) {
    return Reconciliation.plan("gitops", allowEmpty, content, present.values(), lost, NOON);
  }

  /** Has everything done, as the registry would, and plans again. */
  private Plan reconciled() {
    for (List<Step> batch : plan().batches()) {
      // Whatever the order in a batch is.
      for (Step step : batch.reversed()) {
        Decision decision = decided(step.command("id", "gitops:gitops", NOON));
        assertThat(decision).isNotInstanceOf(Decision.Refused.class);
      }
    }
    return plan();
  }

  private Decision decided(Event command) {
    Decision decision =
        switch (command) {
          case RegisterPartner it -> PartnerRules.decide(partners, it, NOON);
          case RemovePartner it -> PartnerRules.decide(partners, it);
          default -> throw new IllegalArgumentException();
        };
    partners.apply(decision);
    switch (decision) {
      case Decision.Created(PartnerRegistered it) -> present.put(it.name(), it);
      case Decision.Replaced(PartnerRegistered it) -> present.put(it.name(), it);
      case Decision.Removed(PartnerRegistered it, long _) -> present.remove(it.name());
      case Decision.Unchanged _, Decision.Refused _ -> {}
    }
    return decision;
  }

  private void byHand(String yaml, boolean takeOver) {
    var declared = DeclarationReader.yaml(yaml.getBytes(UTF_8)).declared().getFirst();
    Decision decision =
        decided(
            new RegisterPartner(
                "id", declared.partner(), null, true, takeOver, null, null, "alice", NOON));
    assertThat(decision).isNotInstanceOf(Decision.Refused.class);
  }

  private @Nullable String declaredIn(String name) {
    return present.get(name).declaredIn();
  }

  private static List<String> codes(Plan plan) {
    return plan.findings().stream().map(it -> it.problem().code()).toList();
  }

  @Test
  void what_is_declared_is_registered_once_and_then_left_alone() {
    files.put("a.yaml", exchange("a") + "---\n" + exchange("b"));
    files.put("sub/c.yaml", exchange("c"));

    Plan first = plan();
    assertThat(first.standings()).extracting(Plan.Standing::state).containsOnly(State.WAITING);
    Plan then = reconciled();

    assertThat(then.isSettled()).isTrue();
    assertThat(then.findings()).isEmpty();
    assertThat(then.standings())
        .extracting(Plan.Standing::name, Plan.Standing::line, Plan.Standing::state)
        .containsExactly(
            tuple("a", 1, State.APPLIED),
            tuple("b", 4, State.APPLIED),
            tuple("c", 1, State.APPLIED));
    assertThat(declaredIn("a")).isEqualTo("gitops/a.yaml");
    assertThat(declaredIn("c")).isEqualTo("gitops/sub/c.yaml");
  }

  @Test
  void what_changed_is_replaced_and_what_is_declared_no_more_is_removed() {
    files.put("a.yaml", exchange("a") + "---\n" + exchange("b"));
    reconciled();
    files.put("a.yaml", exchange("a") + "enabled: false\n");

    assertThat(plan().batches().stream().flatMap(List::stream).map(Step::name))
        .containsExactly("a", "b");
    reconciled();

    assertThat(present.keySet()).containsExactly("a");
    assertThat(present.get("a").enabled()).isFalse();
  }

  @Test
  void what_moved_to_another_file_has_only_its_place_changed() {
    files.put("a.yaml", exchange("a"));
    reconciled();
    PartnerRegistered before = present.get("a");
    files.put("z.yaml", files.remove("a.yaml"));

    reconciled();

    assertThat(declaredIn("a")).isEqualTo("gitops/z.yaml");
    assertThat(present.get("a").application()).isEqualTo(before.application());
  }

  @Test
  void a_file_that_cannot_be_read_keeps_what_it_declared_and_stops_no_other() {
    files.put("a.yaml", exchange("a"));
    files.put("b.yaml", exchange("b"));
    reconciled();
    files.put("a.yaml", exchange("b") + "  colour: red");
    files.put("b.yaml", exchange("b") + "enabled: false\n");

    Plan plan = reconciled();

    assertThat(codes(plan)).containsExactly(DeclarationReader.MALFORMED);
    assertThat(present.keySet()).containsExactly("a", "b");
    assertThat(present.get("b").enabled()).isFalse();
  }

  @Test
  void of_a_file_that_can_be_read_in_part_that_part_is_applied_and_nothing_removed() {
    files.put("a.yaml", exchange("a") + "---\n" + exchange("b"));
    reconciled();
    files.put("a.yaml", exchange("c") + "---\ncolour: red\n");

    reconciled();

    assertThat(present.keySet()).containsExactly("a", "b", "c");
  }

  @Test
  void what_moved_into_a_file_that_cannot_be_read_stays() {
    files.put("a.yaml", exchange("A") + "---\n" + exchange("b"));
    reconciled();
    files.put("a.yaml", exchange("b"));
    files.put("new.yaml", exchange("a") + "colour: red\n");

    reconciled();

    assertThat(present.keySet()).containsExactly("A", "b");
  }

  @Test
  void a_folder_inside_that_cannot_be_read_keeps_what_it_declared() {
    files.put("sub/deep/a.yaml", exchange("a"));
    files.put("subway.yaml", exchange("b"));
    reconciled();
    var unread =
        DeclaredFile.unreadable(Finding.ofFile("sub/", Problem.of("file-unreadable", "", 422, "")));

    Plan plan = plan(new FolderContent(List.of(unread), Optional.empty()));

    assertThat(plan.batches().stream().flatMap(List::stream).map(Step::name)).containsExactly("b");
  }

  @Test
  void a_declaration_that_does_not_hold_is_told_with_the_line_of_its_field() {
    files.put("a.yaml", exchange("good"));
    reconciled();
    files.put("a.yaml", exchange("good!"));
    files.put(
        "b.yaml", "# two\nname: b\nkind: exchange\ntrust:\n  metadataUrl: http://b/metadata\n");

    Plan plan = reconciled();

    assertThat(plan.findings())
        .extracting(Finding::file, Finding::line, Finding::column, Finding::partner)
        .containsExactly(tuple("a.yaml", 1, 1, "good!"), tuple("b.yaml", 5, 3, "b"));
    // The slip in the name costs nobody its partner.
    assertThat(present.keySet()).containsExactly("good");
  }

  @Test
  void of_two_declarations_of_a_name_both_are_told_and_what_is_registered_stays() {
    files.put("a.yaml", exchange("a"));
    reconciled();
    files.put("a.yaml", exchange("a") + "enabled: false\n");
    files.put("b.yaml", "---\n" + exchange("A"));

    Plan plan = reconciled();

    assertThat(codes(plan)).containsExactly("declared-twice", "declared-twice");
    assertThat(plan.findings().get(0).problem().detail()).contains("b.yaml, line 2");
    assertThat(plan.findings().get(1).problem().detail()).contains("a.yaml, line 1");
    assertThat(plan.standings()).extracting(Plan.Standing::state).containsOnly(State.REFUSED);
    assertThat(present.keySet()).containsExactly("a");
    assertThat(present.get("a").enabled()).isTrue();
  }

  @Test
  void token_servers_come_before_those_they_vouch_for_and_go_after_them() {
    files.put(
        "a.yaml",
        vouchedFor("a", "t1")
            + "---\n"
            + tokenServer("t1")
            + "---\nname: t2\nkind: token-server\napplicationIdentifier: 00000001-0000-0000-c000-000000000000\ntrust: {tokenServer: t1}\n---\n"
            + vouchedFor("b", "t2"));

    assertThat(plan().batches())
        .extracting(it -> it.stream().map(Step::name).toList())
        .containsExactly(List.of("t1"), List.of("a", "t2"), List.of("b"));
    assertThat(reconciled().isSettled()).isTrue();

    files.put("a.yaml", exchange("other"));
    assertThat(plan().batches())
        .extracting(it -> it.stream().map(Step::name).toList())
        .containsExactly(List.of("other"), List.of("a", "b"), List.of("t2"), List.of("t1"));
    assertThat(reconciled().isSettled()).isTrue();
    assertThat(present.keySet()).containsExactly("other");
  }

  @Test
  void a_token_server_goes_once_its_partner_has_another_trust() {
    files.put("a.yaml", tokenServer("t") + "---\n" + vouchedFor("a", "t"));
    reconciled();
    files.put("a.yaml", exchange("a"));

    reconciled();

    assertThat(present.keySet()).containsExactly("a");
  }

  @Test
  void a_token_server_that_others_need_stays_and_is_told() {
    files.put("a.yaml", exchange("a"));
    files.put("t.yaml", tokenServer("t"));
    reconciled();
    byHand(vouchedFor("by-hand", "t"), false);
    files.remove("t.yaml");

    Plan plan = reconciled();

    assertThat(codes(plan)).containsExactly("token-server-in-use");
    assertThat(plan.findings().getFirst().partner()).isEqualTo("t");
    assertThat(plan.isSettled()).isTrue();
  }

  @Test
  void a_partner_that_is_renamed_gets_its_identity_in_the_same_look() {
    String identity = "realm: litwareinc.com\n";
    files.put("a.yaml", exchange("old") + identity);
    reconciled();
    files.put("a.yaml", exchange("new") + identity);

    Plan plan = reconciled();

    assertThat(plan.isSettled()).isTrue();
    assertThat(plan.findings()).isEmpty();
    assertThat(present.keySet()).containsExactly("new");
  }

  @Test
  void another_identity_is_refused_unless_the_file_accepts_it() {
    files.put("a.yaml", exchange("a") + "realm: a.com\n");
    reconciled();
    files.put("a.yaml", exchange("a") + "realm: b.com\n");

    Plan plan = reconciled();
    assertThat(codes(plan)).containsExactly("identity-change");
    assertThat(plan.findings().getFirst().line()).isEqualTo(3);
    assertThat(plan.findings().getFirst().problem().detail())
        .contains("In the file, that is acceptIdentityChange: true");

    files.put("a.yaml", exchange("a") + "realm: b.com\nacceptIdentityChange: true\n");
    assertThat(reconciled().findings()).isEmpty();
    assertThat(present.get("a").realm()).isEqualTo("b.com");
  }

  @Test
  void what_was_registered_by_hand_is_adopted_where_it_is_the_same() {
    byHand(exchange("a"), false);
    files.put("a.yaml", exchange("a"));

    assertThat(reconciled().findings()).isEmpty();

    assertThat(declaredIn("a")).isEqualTo("gitops/a.yaml");
  }

  @Test
  void what_was_registered_otherwise_by_hand_stays_so_unless_the_file_takes_it_over() {
    byHand(exchange("a") + "enabled: false\n", false);
    files.put("a.yaml", exchange("a"));

    Plan plan = reconciled();
    assertThat(codes(plan)).containsExactly("registered-by-hand");
    assertThat(plan.isSettled()).isTrue();
    assertThat(declaredIn("a")).isNull();

    files.put("a.yaml", exchange("a") + "takeOver: true\n");
    assertThat(reconciled().findings()).isEmpty();
    assertThat(declaredIn("a")).isEqualTo("gitops/a.yaml");
  }

  @Test
  void what_was_taken_over_by_hand_is_told_and_neither_flipped_back_nor_removed() {
    files.put("a.yaml", exchange("a"));
    files.put("b.yaml", exchange("b"));
    reconciled();
    byHand(exchange("a") + "enabled: false\n", true);

    assertThat(codes(reconciled())).containsExactly("registered-by-hand");
    assertThat(present.get("a").enabled()).isFalse();

    files.remove("a.yaml");
    reconciled();
    assertThat(present.keySet()).containsExactly("a", "b");
  }

  @Test
  void what_the_topic_has_lost_is_written_again() {
    files.put("a.yaml", exchange("a") + "---\n" + exchange("b"));
    reconciled();

    lost.add("b");

    assertThat(plan().batches().stream().flatMap(List::stream).map(Step::name))
        .containsExactly("b");
  }

  @Test
  void another_folders_partners_are_left_to_it() {
    decided(
        new RegisterPartner(
            "id",
            Registered.exchange("theirs"),
            null,
            false,
            false,
            "gitops2/a.yaml",
            null,
            "gitops:gitops2",
            NOON));
    files.put("a.yaml", exchange("ours") + "---\n" + exchange("theirs"));

    assertThat(codes(reconciled())).containsExactly("declared-in-file");

    files.put("a.yaml", exchange("ours"));
    reconciled();
    assertThat(present.keySet()).containsExactly("ours", "theirs");
  }

  @Test
  void a_name_in_another_case_is_told_and_removes_nothing() {
    files.put("a.yaml", exchange("a"));
    reconciled();
    files.put("a.yaml", exchange("A"));

    assertThat(codes(reconciled())).containsExactly("name-taken");
    assertThat(present.keySet()).containsExactly("a");
  }

  @Test
  void an_empty_folder_removes_only_where_that_is_allowed() {
    files.put("a.yaml", exchange("a"));
    reconciled();
    byHand(exchange("by-hand"), false);
    files.clear();

    Plan plan = reconciled();
    assertThat(codes(plan)).containsExactly("folder-empty");
    assertThat(plan.findings().getFirst().problem().detail()).contains("stay: 1");
    assertThat(present).hasSize(2);

    allowEmpty = true;
    assertThat(reconciled().findings()).isEmpty();
    assertThat(present.keySet()).containsExactly("by-hand");
  }

  @Test
  void a_folder_that_cannot_be_read_removes_nothing_whatever_is_allowed() {
    files.put("a.yaml", exchange("a"));
    reconciled();
    allowEmpty = true;
    var gone = Finding.ofFolder(Problem.of("folder-unreadable", "", 422, ""));

    Plan plan = plan(FolderContent.unusable(gone));

    assertThat(plan.isSettled()).isTrue();
    assertThat(plan.findings()).containsExactly(gone);
  }

  @Test
  void each_step_expects_the_state_that_it_was_planned_upon() {
    files.put("a.yaml", exchange("a"));
    files.put("b.yaml", exchange("b"));
    reconciled();
    files.put("a.yaml", exchange("a") + "enabled: false\n");
    files.put("b.yaml", exchange("c"));
    List<Step> steps = plan().batches().stream().flatMap(List::stream).toList();
    byHand(exchange("a") + "trustLevel: user\n", true);
    byHand(exchange("b") + "trustLevel: user\n", true);
    byHand(exchange("c") + "trustLevel: user\n", true);

    assertThat(steps).hasSize(3);
    for (Step step : steps) {
      assertThat(decided(step.command("id", "gitops:gitops", NOON)))
          .isInstanceOf(Decision.Refused.class);
    }
  }

  @Test
  void ten_thousand_are_planned_in_a_few_batches() {
    IntStream.range(0, 100)
        .forEach(
            file ->
                files.put(
                    "f%d.yaml".formatted(file),
                    IntStream.range(0, 100)
                        .mapToObj(
                            it ->
                                it == 0
                                    ? tokenServer("t" + file)
                                    : vouchedFor("p%d-%d".formatted(file, it), "t" + file)
                                        + "realm: r%d-%d\n".formatted(file, it))
                        .reduce((a, b) -> a + "---\n" + b)
                        .orElseThrow()));

    assertThat(plan().batches()).hasSize(2);
    assertThat(reconciled().count(State.APPLIED)).isEqualTo(10_000);
  }
}
