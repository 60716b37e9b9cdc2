package dev.concordat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.chaos.Entry.Answered;
import dev.concordat.chaos.Entry.Change;
import dev.concordat.chaos.Entry.Command;
import dev.concordat.chaos.Entry.Due;
import dev.concordat.chaos.Entry.FaultBegan;
import dev.concordat.chaos.Entry.FaultEnded;
import dev.concordat.chaos.Entry.Listed;
import dev.concordat.chaos.Entry.LookedInto;
import dev.concordat.chaos.Entry.PartnerRecord;
import dev.concordat.chaos.Entry.Poisoned;
import dev.concordat.chaos.Entry.Probed;
import dev.concordat.chaos.Entry.PutAside;
import dev.concordat.chaos.Entry.Ready;
import dev.concordat.chaos.Entry.SeenEvent;
import dev.concordat.chaos.Entry.Settled;
import dev.concordat.chaos.Entry.Token;
import dev.concordat.chaos.Entry.TokenAnswer;
import dev.concordat.chaos.Entry.Told;
import dev.concordat.chaos.Entry.ViewRead;
import dev.concordat.chaos.Entry.Wish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Each invariant holds of a history in which it does, and is broken by one in which it does not.
 */
class InvariantsTest {

  private static void holds(Invariant invariant, Entry... history) {
    Invariant.Verdict verdict = invariant.judge(List.of(history));
    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict.checked()).isPositive();
  }

  /** It is broken, and exactly these entries show it. */
  private static void broken(Invariant invariant, List<Entry> history, Entry... shown) {
    assertThat(invariant.judge(history).violations())
        .singleElement()
        .satisfies(it -> assertThat(it.shown()).containsExactly(shown));
  }

  private static Command command(String name, Wish wish, Told told, long revision) {
    return new Command(20, 10, name, wish, told, revision, "");
  }

  private static PartnerRecord registered(long offset, String name, long revision) {
    return new PartnerRecord(15, offset, name, revision, false);
  }

  private static PartnerRecord removed(long offset, String name, long revision) {
    return new PartnerRecord(15, offset, name, revision, true);
  }

  private static TokenAnswer token(long asked, String replica, String partner, Token token) {
    return new TokenAnswer(asked + 1, asked, replica, partner, token, "");
  }

  @Nested
  class Registrations {
    private final Invariant once = new RegistrationsOnce();

    @Test
    void hold_where_each_is_there_once_and_what_is_open_may_be_there_or_not() {
      holds(
          once,
          command("a", Wish.REGISTER, Told.ACKNOWLEDGED, 1),
          registered(0, "a", 1),
          command("a", Wish.REMOVE, Told.ACKNOWLEDGED, 0),
          removed(1, "a", 2),
          command("b", Wish.REGISTER, Told.OPEN, 0),
          command("c", Wish.REGISTER, Told.OPEN, 0),
          registered(2, "c", 3));
    }

    @Test
    void are_lost_where_an_acknowledged_one_is_not_there() {
      Command lost = command("a", Wish.REGISTER, Told.ACKNOWLEDGED, 1);
      broken(once, List.of(lost, registered(0, "b", 1)), lost);
      Command lostRemoval = command("b", Wish.REMOVE, Told.ACKNOWLEDGED, 0);
      broken(once, List.of(lostRemoval, registered(0, "b", 1)), lostRemoval, registered(0, "b", 1));
    }

    @Test
    void are_doubled_where_one_is_there_twice() {
      Command doubled = command("a", Wish.REGISTER, Told.OPEN, 0);
      broken(
          once,
          List.of(doubled, registered(0, "a", 1), registered(1, "a", 2)),
          doubled,
          registered(0, "a", 1),
          registered(1, "a", 2));
    }

    @Test
    void are_broken_by_another_revision_than_was_told_and_by_a_refusal_without_a_rule() {
      Command other = command("a", Wish.REGISTER, Told.ACKNOWLEDGED, 7);
      broken(once, List.of(other, registered(0, "a", 1)), other, registered(0, "a", 1));
      Command refused = command("a", Wish.REGISTER, Told.REFUSED, 0);
      broken(once, List.of(refused), refused);
    }
  }

  @Test
  void revisions_count_from_one_without_a_gap() {
    holds(
        new RevisionsWithoutGap(),
        registered(0, "a", 1),
        removed(5, "a", 2),
        registered(9, "b", 3));
    broken(
        new RevisionsWithoutGap(),
        List.of(registered(0, "a", 1), registered(1, "b", 3)),
        registered(0, "a", 1),
        registered(1, "b", 3));
    broken(
        new RevisionsWithoutGap(),
        List.of(registered(0, "a", 1), registered(1, "b", 1)),
        registered(0, "a", 1),
        registered(1, "b", 1));
  }

  @Nested
  class Rivalry {
    private final Invariant turns = new RivalsTakeTurns();

    private Change change(int client, long expected, Told told, long revision) {
      return new Change(20, 10, client, "a", expected, told, revision);
    }

    @Test
    void holds_where_each_change_follows_the_one_that_its_client_had_read() {
      holds(
          turns,
          change(0, 0, Told.ACKNOWLEDGED, 1),
          registered(0, "a", 1),
          registered(1, "b", 2),
          change(1, 1, Told.ACKNOWLEDGED, 3),
          registered(2, "a", 3),
          change(2, 1, Told.REFUSED, 0),
          change(0, 3, Told.OPEN, 0));
    }

    @Test
    void is_broken_by_a_change_that_overwrites_one_unseen_and_by_one_that_is_not_there() {
      Change overwrites = change(1, 1, Told.ACKNOWLEDGED, 3);
      broken(
          turns,
          List.of(registered(0, "a", 1), registered(1, "a", 2), registered(2, "a", 3), overwrites),
          registered(1, "a", 2),
          registered(2, "a", 3),
          overwrites);
      Change lost = change(1, 1, Told.ACKNOWLEDGED, 9);
      broken(turns, List.of(registered(0, "a", 1), lost), lost);
    }

    @Test
    void is_what_porcupine_says_with_the_entries_that_it_shows() {
      Change one = change(0, 3, Told.ACKNOWLEDGED, 4);
      Change other = change(1, 3, Told.ACKNOWLEDGED, 5);
      holds(new Linearizability(List.of("checked 2")), one, other);
      broken(
          new Linearizability(
              List.of("checked 2", "broken a", History.line(one), History.line(other))),
          List.of(one, registered(0, "a", 3), other),
          one,
          other);
    }
  }

  @Test
  void views_of_a_service_agree_with_each_other_and_lists_with_the_topic() {
    var one = new ViewRead(90, "token-service-0", "concordat.partners", "1.5E9");
    var same = new ViewRead(90, "token-service-1", "concordat.partners", "1.5E9");
    var other = new ViewRead(90, "token-service-1", "concordat.partners", "1.6E9");
    var elsewhere = new ViewRead(90, "trust-registry-0", "concordat.partners", "7.0");
    var list = new Listed(95, "trust-registry-0", Map.of("b", 3L));
    List<Entry> topic = List.of(registered(0, "a", 1), removed(1, "a", 2), registered(2, "b", 3));

    var good = new ArrayList<Entry>(topic);
    good.addAll(List.of(one, same, elsewhere, list));
    holds(new ViewsConverge(), good.toArray(Entry[]::new));
    broken(new ViewsConverge(), List.of(one, other, elsewhere), one, other);
    var stale = new Listed(95, "trust-registry-1", Map.of("a", 1L, "b", 3L));
    var bad = new ArrayList<Entry>(topic);
    bad.add(stale);
    broken(
        new ViewsConverge(),
        bad,
        registered(0, "a", 1),
        removed(1, "a", 2),
        new Listed(95, "trust-registry-1", Map.of("a", 1L)));
  }

  @Nested
  class Removed {
    private final Invariant none = new NoTokenForTheRemoved();
    private final PartnerRecord removal = removed(1, "a", 2);

    @Test
    void get_tokens_only_where_the_removal_was_not_read_yet() {
      holds(
          none,
          registered(0, "a", 1),
          // Before it was registered it is unknown as well.
          token(1, "token-service-0", "a", Token.UNKNOWN_PARTNER),
          token(5, "token-service-0", "a", Token.ISSUED),
          removal,
          token(20, "token-service-1", "a", Token.UNKNOWN_PARTNER),
          token(21, "token-service-0", "a", Token.ISSUED),
          token(30, "token-service-0", "a", Token.UNKNOWN_PARTNER),
          token(32, "token-service-0", "a", Token.OTHER),
          new Settled(40),
          token(50, "token-service-0", "a", Token.UNKNOWN_PARTNER));
    }

    @Test
    void get_none_of_a_replica_that_knew() {
      TokenAnswer knew = token(30, "token-service-0", "a", Token.UNKNOWN_PARTNER);
      TokenAnswer issued = token(35, "token-service-0", "a", Token.ISSUED);
      broken(
          none,
          List.of(
              registered(0, "a", 1),
              token(5, "token-service-0", "a", Token.ISSUED),
              removal,
              knew,
              new FaultBegan(31, new Fault.Kill("token-service-0")),
              new Ready(33, "token-service-0"),
              issued),
          removal,
          knew,
          issued);
    }

    @Test
    void get_none_at_the_end() {
      TokenAnswer issued = token(50, "token-service-2", "a", Token.ISSUED);
      broken(
          none, List.of(registered(0, "a", 1), removal, new Settled(40), issued), removal, issued);
    }
  }

  @Nested
  class Tokens {
    private final Invariant goOn = new TokensGoOn();
    private final Fault kill = new Fault.Kill("token-service-0");
    private final FaultBegan brokersLost = new FaultBegan(10, new Fault.AllBrokersLost());

    @Test
    void may_fail_of_a_replica_that_is_away_until_it_is_ready() {
      holds(
          goOn,
          brokersLost,
          token(12, "token-service-0", TokensGoOn.STEADY, Token.ISSUED),
          new FaultBegan(20, kill),
          token(19, "token-service-0", TokensGoOn.STEADY, Token.NONE),
          token(25, "token-service-0", TokensGoOn.STEADY, Token.NONE),
          new FaultEnded(30, kill),
          token(35, "token-service-0", TokensGoOn.STEADY, Token.OTHER),
          new Ready(40, "token-service-0"),
          token(41, "token-service-0", TokensGoOn.STEADY, Token.ISSUED),
          token(42, "token-service-0", "a partner of the load", Token.UNKNOWN_PARTNER));
    }

    @Test
    void must_not_fail_of_one_that_is_spared_whatever_else_is_away() {
      TokenAnswer failed = token(15, "token-service-1", TokensGoOn.STEADY, Token.OTHER);
      broken(goOn, List.of(brokersLost, failed, new FaultBegan(20, kill)), brokersLost, failed);
      TokenAnswer late = token(50, "token-service-0", TokensGoOn.STEADY, Token.NONE);
      FaultBegan began = new FaultBegan(20, kill);
      broken(
          goOn,
          List.of(began, new FaultEnded(30, kill), new Ready(40, "token-service-0"), late),
          began,
          late);
    }
  }

  @Nested
  class Answers {
    private final Invariant goOn = new AnswersGoOn();
    private final FaultBegan jump =
        new FaultBegan(10, new Fault.ClockJump("token-service-1", Duration.ofSeconds(200)));
    private final FaultBegan held = new FaultBegan(20, new Fault.Hold("probe-service-0"));

    private Answered answer(long asked, String replica, String wrong) {
      return new Answered(asked + 1, asked, replica, "GET /", wrong);
    }

    @Test
    void may_fail_of_a_replica_that_is_away() {
      holds(
          goOn,
          jump,
          answer(12, "token-service-1", ""),
          held,
          answer(19, "probe-service-0", "it hung"),
          answer(25, "probe-service-0", "it hung"),
          new FaultEnded(30, held.fault()),
          new Ready(31, "probe-service-0"),
          answer(32, "probe-service-0", ""));
    }

    @Test
    void must_not_fail_of_one_that_is_spared_not_even_while_its_clock_is_wrong() {
      Answered refused = answer(15, "token-service-1", "401");
      broken(goOn, List.of(jump, refused, held), jump, refused);
    }
  }

  @Nested
  class Targets {
    private final Invariant probed = new TargetsAreProbed();
    private final Due due = new Due(0, "sip:a@b.c", 10_000);

    private Probed at(long startedAt) {
      return new Probed(startedAt + 500, "sip:a@b.c", startedAt, "failed");
    }

    @Test
    void are_probed_within_the_interval_and_a_take_over() {
      holds(probed, due, at(9_000), at(60_000), at(70_000), new Settled(80_000));
    }

    @Test
    void are_forgotten_where_none_comes_in_time() {
      broken(
          probed, List.of(due, at(9_000), at(70_000), new Settled(80_000)), at(9_000), at(70_000));
      broken(probed, List.of(due, at(9_000), new Settled(90_000)), at(9_000), new Settled(90_000));
      broken(probed, List.of(due, new Settled(90_000)), due, new Settled(90_000));
    }

    @Test
    void may_wait_as_long_as_a_way_to_a_broker_is_cut() {
      Fault cut = new Fault.Cut(Link.toBroker("probe-service", "kafka-2"));
      Fault elsewhere = new Fault.Cut("probe-service to token-service");
      holds(
          probed,
          due,
          at(9_000),
          new FaultBegan(10_000, cut),
          new FaultEnded(25_000, cut),
          at(75_000),
          new Settled(80_000));
      broken(
          probed,
          List.of(
              due,
              at(9_000),
              new FaultBegan(10_000, elsewhere),
              new FaultEnded(25_000, elsewhere),
              at(75_000),
              new Settled(80_000)),
          at(9_000),
          at(75_000));
    }

    @Test
    void may_wait_as_long_as_all_brokers_are_away() {
      Fault lost = new Fault.AllBrokersLost();
      holds(
          probed,
          due,
          at(9_000),
          new FaultBegan(10_000, lost),
          new FaultEnded(12_000, lost),
          new Ready(25_000, Injector.KAFKA),
          at(75_000),
          new Settled(80_000));
    }
  }

  @Test
  void a_mailbox_with_an_item_of_a_probe_is_shown() {
    var empty = new LookedInto(99, "sip:a@b.c", 0);
    var left = new LookedInto(99, "sip:d@b.c", 1);
    holds(new NothingIsLeftBehind(), empty);
    broken(new NothingIsLeftBehind(), List.of(empty, left), left);
  }

  @Test
  void an_event_that_breaks_its_schema_is_shown_and_poison_is_not() {
    var good = new SeenEvent(1, "concordat.partners", 0, 1, "T", "");
    var poison = new SeenEvent(2, "concordat.partners", 0, 2, "", "it is no JSON");
    var written = new Poisoned(2, "concordat.partners", 0, 2);
    var bad = new SeenEvent(3, "concordat.partners", 0, 3, "T", "required: name");
    holds(new EventsAreValid(), good, poison, written);
    broken(new EventsAreValid(), List.of(good, poison, written, bad), bad);
  }

  @Test
  void poison_that_nobody_put_aside_is_shown() {
    var aside = new Poisoned(2, "concordat.partners", 0, 2);
    var letter = new PutAside(3, "trust-registry", "concordat.partners", 0, 2);
    var forgotten = new Poisoned(4, "concordat.metadata", 3, 9);
    holds(new PoisonIsPutAside(), aside, letter);
    broken(new PoisonIsPutAside(), List.of(aside, letter, forgotten), forgotten);
  }
}
