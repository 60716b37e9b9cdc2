package dev.concordat.contracts.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.ProtocolVectors;
import dev.concordat.contracts.ProtocolVectors.TokenVector;
import dev.concordat.contracts.ProtocolVectors.TrustedVector;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every token of the vectors gets the verdict, and fails at the rule, that they say. */
class TokenVectorsTest {
  private static final ProtocolVectors VECTORS = ProtocolVectors.read();
  private static final String ADD_IN = "add-in";

  static List<TokenVector> serverToServer() {
    return VECTORS.vectors().stream().filter(vector -> !vector.receiver().equals(ADD_IN)).toList();
  }

  static List<TokenVector> identity() {
    return VECTORS.vectors().stream().filter(vector -> vector.receiver().equals(ADD_IN)).toList();
  }

  @ParameterizedTest
  @MethodSource("serverToServer")
  void serverToServerTokens(TokenVector vector) {
    var verdict = validate(vector, RealmComparison.ORDINAL);

    switch (verdict) {
      case Accepted accepted -> {
        assertThat(vector.expect()).isEqualTo("accept");
        assertThat(accepted.user() != null).isEqualTo(vector.token().endsWith("."));
      }
      case Refusal(var rule, var reason) -> {
        assertThat(vector.expect()).as(reason).isEqualTo("refuse");
        assertThat(rule.code()).as(reason).isEqualTo(vector.failsAt());
        assertThat(reason).isNotBlank().doesNotContain("eyJ");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("identity")
  void exchangeIdentityTokens(TokenVector vector) {
    var receiver = Objects.requireNonNull(VECTORS.receivers().get(ADD_IN));
    var addIn =
        new IdentityTokenValidation.AddIn(
            Objects.requireNonNull(receiver.audiences()),
            Objects.requireNonNull(receiver.amurlAllowed()).stream()
                .map(URI::create)
                .collect(Collectors.toSet()));

    var answer =
        IdentityTokenValidation.withDefaults()
            .validate(
                vector.token(),
                addIn,
                url -> List.of(VECTORS.certificate("exchange")),
                Instant.ofEpochSecond(vector.at()));

    switch (answer) {
      case IdentityTokenValidation.Answer.Known known -> {
        assertThat(vector.expect()).isEqualTo("accept");
        assertThat(known.userKey()).hasSize(43);
      }
      case IdentityTokenValidation.Answer.Unknown(var refusal) -> {
        assertThat(vector.expect()).as(refusal.reason()).isEqualTo("refuse");
        assertThat(refusal.rule().code()).isEqualTo(vector.failsAt());
      }
    }
  }

  @Test
  void thereAreSeventyOfThem() {
    assertThat(VECTORS.vectors()).hasSize(70);
    assertThat(identity()).hasSize(3);
  }

  @Test
  void bothFormsOfAppctxAreTheSameUser() {
    assertThat(identity().stream().filter(vector -> vector.expect().equals("accept"))).hasSize(2);
  }

  @Test
  void anIssuerInAnotherCaseIsAcceptedWhereTheSwitchSaysSo() {
    assertThat(validate(VECTORS.token("issuer-case"), RealmComparison.IGNORE_CASE))
        .isInstanceOf(Accepted.class);
    assertThat(validate(VECTORS.token("issuer-case"), RealmComparison.ORDINAL))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).contains("lower case"));
  }

  private static Verdict validate(TokenVector vector, RealmComparison comparison) {
    var settings = ValidationSettings.DEFAULT;
    var validation =
        new TokenValidation(
            new ValidationSettings(
                settings.clockSkew(),
                settings.longestLifetime(),
                comparison,
                settings.keyWithoutX5t(),
                settings.outerSignature()),
            SignatureCheck.byPlatform());
    return validation.validate(
        vector.token(),
        receiver(vector.receiver()),
        TrustedIssuer.Lookup.among(trustedBy(vector.receiver()), comparison),
        Instant.ofEpochSecond(vector.at()));
  }

  private static Receiver receiver(String name) {
    var vector = Objects.requireNonNull(VECTORS.receivers().get(name));
    var hosts = Objects.requireNonNull(vector.hosts());
    return Receiver.of(
            Objects.requireNonNull(vector.applicationIdentifier()),
            Objects.requireNonNull(vector.realm()),
            hosts)
        .calledAs(
            hosts.contains("atl-exchange-001.litwareinc.com")
                ? "atl-exchange-001.litwareinc.com"
                : hosts.iterator().next());
  }

  private static List<TrustedIssuer> trustedBy(String receiver) {
    return VECTORS.trusted().stream()
        .filter(trusted -> in(trusted.receivers(), receiver))
        .map(TokenVectorsTest::trusted)
        .toList();
  }

  private static boolean in(
      @org.jspecify.annotations.Nullable Set<String> receivers, String receiver) {
    return receivers == null ? !receiver.equals(ADD_IN) : receivers.contains(receiver);
  }

  private static TrustedIssuer trusted(TrustedVector vector) {
    var name = PrincipalName.parse(vector.issuer());
    var keys = vector.keys().stream().map(VECTORS::certificate).toList();
    return switch (vector.kind()) {
      case "self" -> TrustedIssuer.self(name, keys);
      case "broker" -> TrustedIssuer.broker(name, keys);
      case "token-server" ->
          TrustedIssuer.tokenServer(
              name,
              keys,
              Objects.requireNonNull(vector.applications()).stream()
                  .map(PrincipalName::parse)
                  .collect(Collectors.toSet()));
      default -> throw new IllegalArgumentException(vector.kind());
    };
  }
}
