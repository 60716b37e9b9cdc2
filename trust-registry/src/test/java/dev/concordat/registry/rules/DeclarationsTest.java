package dev.concordat.registry.rules;

import static dev.concordat.registry.Registered.NOON;
import static dev.concordat.registry.Registered.byMetadata;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.contracts.events.RemovePartner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Files and people, and what neither may do to what is the other's. */
class DeclarationsTest {

  private static final String FILE = "gitops/partners.yaml";

  private final Partners partners = new Partners();

  @Test
  void what_a_file_declares_is_marked_with_the_file() {
    assertThat(registered(register(FILE, "https://a/", false)).declaredIn()).isEqualTo(FILE);
  }

  @Test
  void what_a_file_declares_is_not_changed_by_hand_without_saying_so() {
    registered(register(FILE, "https://a/", false));

    assertThat(refused(register(null, "https://b/", false))).isEqualTo("declared-in-file");
    assertThat(refused(remove(null, false))).isEqualTo("declared-in-file");

    PartnerRegistered taken = registered(register(null, "https://b/", true));
    assertThat(taken.declaredIn()).isNull();
  }

  @Test
  void asking_by_hand_for_what_the_file_says_anyway_changes_nothing() {
    registered(register(FILE, "https://a/", false));

    assertThat(decide(register(null, "https://a/", false))).isInstanceOf(Decision.Unchanged.class);
    assertThat(partners.named("exchange").orElseThrow().declaredIn()).isEqualTo(FILE);
  }

  @Test
  void what_was_registered_by_hand_is_not_overridden_by_a_file_without_saying_so() {
    registered(register(null, "https://a/", false));

    assertThat(refused(register(FILE, "https://b/", false))).isEqualTo("registered-by-hand");
    assertThat(refused(remove(FILE, false))).isEqualTo("registered-by-hand");
    assertThat(registered(register(FILE, "https://b/", true)).declaredIn()).isEqualTo(FILE);
  }

  @Test
  void a_file_adopts_what_was_registered_by_hand_exactly_so() {
    registered(register(null, "https://a/", false));

    assertThat(registered(register(FILE, "https://a/", false)).declaredIn()).isEqualTo(FILE);
  }

  @Test
  void a_partner_may_move_to_another_file_of_the_folder_but_not_to_another_folder() {
    registered(register(FILE, "https://a/", false));

    assertThat(registered(register("gitops/other.yaml", "https://a/", false)).declaredIn())
        .isEqualTo("gitops/other.yaml");
    assertThat(refused(register("elsewhere/other.yaml", "https://a/", false)))
        .isEqualTo("declared-in-file");
    assertThat(refused(remove("elsewhere/other.yaml", false))).isEqualTo("declared-in-file");
  }

  @Test
  void a_file_removes_what_its_folder_declared() {
    registered(register(FILE, "https://a/", false));

    assertThat(PartnerRules.decide(partners, remove("gitops/other.yaml", false)))
        .isInstanceOf(Decision.Removed.class);
  }

  @Test
  void a_person_removes_what_a_file_declares_by_saying_so() {
    registered(register(FILE, "https://a/", false));

    assertThat(PartnerRules.decide(partners, remove(null, true)))
        .isInstanceOf(Decision.Removed.class);
  }

  private Decision decide(RegisterPartner command) {
    Decision decision = PartnerRules.decide(partners, command, NOON);
    partners.apply(decision);
    return decision;
  }

  private PartnerRegistered registered(RegisterPartner command) {
    return switch (decide(command)) {
      case Decision.Created(PartnerRegistered partner) -> partner;
      case Decision.Replaced(PartnerRegistered partner) -> partner;
      case Decision other -> throw new AssertionError(other);
    };
  }

  private String refused(RegisterPartner command) {
    return code(decide(command));
  }

  private String refused(RemovePartner command) {
    return code(PartnerRules.decide(partners, command));
  }

  private static String code(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Refused.class);
    return ((Decision.Refused) decision).problem().code();
  }

  private static RegisterPartner register(@Nullable String file, String url, boolean takeOver) {
    return new RegisterPartner(
        "c", byMetadata("exchange", url, null), null, false, takeOver, file, null, "alice", NOON);
  }

  private static RemovePartner remove(@Nullable String file, boolean takeOver) {
    return new RemovePartner("c", "exchange", null, takeOver, file, null, "alice", NOON);
  }
}
