package dev.concordat.token.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.token.SettableClock;
import dev.concordat.token.TestKeys;
import dev.concordat.token.TokenSettings;
import dev.concordat.token.keys.KeyRings;
import dev.concordat.token.keys.SigningConfig.Implementation;
import dev.concordat.token.rules.ActorTokenContent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActorTokensTest {

  private static final TestKeys.Pair PAIR = TestKeys.rsa();
  private static final ActorTokenContent FOR_EXCHANGE =
      ActorTokenContent.selfIssued(
          PrincipalName.parse("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com"),
          AudienceName.parse(
              "00000002-0000-0ff1-ce00-000000000000/atl-exchange-001.litwareinc.com@litwareinc.com"),
          true);

  @TempDir Path folder;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private ActorTokens tokens;

  @BeforeEach
  void tokens() {
    PAIR.writeTo(folder, "current");
    tokens = tokens(Implementation.JDK, "PT8H");
  }

  @ParameterizedTest
  @EnumSource(Implementation.class)
  void a_token_is_signed_by_either_implementation(Implementation implementation) {
    var token = tokens(implementation, "PT8H").get("exchange", FOR_EXCHANGE, false);

    var parsed = (S2SToken) S2SToken.parse(token.signed().token());
    assertThat(
            SignatureCheck.byPlatform()
                .holds(PAIR.certificate(), parsed.signingInput(), parsed.signature()))
        .isTrue();
    assertThat(parsed.header().x5t()).isEqualTo(PAIR.certificate().x5t());
  }

  @Test
  void a_token_is_reused_until_five_minutes_before_its_end() {
    Obtained<SignedActorToken> first = tokens.get("exchange", FOR_EXCHANGE, false);
    clock.advance(Duration.ofHours(6));
    Obtained<SignedActorToken> later = tokens.get("exchange", FOR_EXCHANGE, false);
    clock.advance(Duration.ofHours(2).minusMinutes(5));
    Obtained<SignedActorToken> renewed = tokens.get("exchange", FOR_EXCHANGE, false);

    assertThat(first.fresh()).isTrue();
    assertThat(later.fresh()).isFalse();
    assertThat(later.signed()).isEqualTo(first.signed());
    assertThat(renewed.fresh()).isTrue();
    assertThat(renewed.signed()).isNotEqualTo(first.signed());
  }

  @Test
  void a_token_that_must_be_fresh_is_signed_anew_and_kept() {
    tokens.get("exchange", FOR_EXCHANGE, false);
    clock.advance(Duration.ofSeconds(1));
    Obtained<SignedActorToken> fresh = tokens.get("exchange", FOR_EXCHANGE, true);

    assertThat(fresh.fresh()).isTrue();
    assertThat(tokens.get("exchange", FOR_EXCHANGE, false).signed()).isEqualTo(fresh.signed());
  }

  @Test
  void a_token_near_its_end_is_handed_out_once_more_while_the_next_one_is_signed() {
    var first = tokens.get("exchange", FOR_EXCHANGE, false).signed();
    clock.advance(Duration.ofHours(7));

    assertThat(tokens.get("exchange", FOR_EXCHANGE, false).signed()).isEqualTo(first);

    await()
        .untilAsserted(
            () ->
                assertThat(tokens.get("exchange", FOR_EXCHANGE, false).signed())
                    .isNotEqualTo(first));
    assertThat(tokens.get("exchange", FOR_EXCHANGE, false).fresh()).isFalse();
  }

  @Test
  void tokens_with_and_without_delegation_are_never_mixed_up() {
    var plain = ActorTokenContent.selfIssued(FOR_EXCHANGE.issuer(), FOR_EXCHANGE.audience(), false);
    var withDelegation = tokens.get("exchange", FOR_EXCHANGE, false).signed();
    var without = tokens.get("exchange", plain, false).signed();

    assertThat(((S2SToken) S2SToken.parse(withDelegation.token())).claims().trustedForDelegation())
        .isTrue();
    assertThat(((S2SToken) S2SToken.parse(without.token())).claims().has("trustedfordelegation"))
        .isFalse();
  }

  @Test
  void a_forgotten_partners_tokens_are_gone_and_no_others() {
    tokens.get("exchange", FOR_EXCHANGE, false);
    tokens.get("another", FOR_EXCHANGE, false);

    tokens.forget("exchange");

    assertThat(tokens.get("exchange", FOR_EXCHANGE, false).fresh()).isTrue();
    assertThat(tokens.get("another", FOR_EXCHANGE, false).fresh()).isFalse();
  }

  @Test
  void however_many_ask_at_once_one_of_them_signs() throws Exception {
    List<Callable<Obtained<SignedActorToken>>> asking = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      asking.add(() -> tokens.get("exchange", FOR_EXCHANGE, false));
    }
    List<Obtained<SignedActorToken>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Obtained<SignedActorToken>> answer : threads.invokeAll(asking)) {
        answers.add(answer.get());
      }
    }

    assertThat(answers).filteredOn(Obtained::fresh).hasSize(1);
    assertThat(answers).extracting(Obtained::signed).containsOnly(answers.getFirst().signed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT4M59S", "PT24H1S", "PT0S", "-PT8H"})
  void a_lifetime_out_of_bounds_is_refused_by_name(String lifetime) {
    assertThatThrownBy(() -> tokens(Implementation.JDK, lifetime))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("concordat.token.lifetime")
        .hasMessageContaining("PT5M");
  }

  private ActorTokens tokens(Implementation implementation, String lifetime) {
    return new ActorTokens(
        KeyRings.of(folder, implementation),
        TokenSettings.with(Map.of("concordat.token.lifetime", lifetime)),
        clock,
        new SimpleMeterRegistry(),
        new SigningTime());
  }
}
