package dev.concordat.contracts.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.concordat.contracts.ProtocolVectors;
import dev.concordat.contracts.names.PrincipalName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Whatever is sent as a token gets a verdict, never an exception, and holds only if it is signed by
 * one of the vectors' keys. The build runs the kept corpus; {@code JAZZER_FUZZ=1} searches on from
 * there (see CONTRIBUTING.md).
 */
class S2STokenFuzzTest {

  private static final ProtocolVectors VECTORS = ProtocolVectors.read();
  private static final Instant WITHIN = Instant.ofEpochSecond(1767229200);
  private static final Receiver RECEIVER =
      Receiver.of(
              "00000002-0000-0ff1-ce00-000000000000",
              "litwareinc.com",
              Set.of("atl-exchange-001.litwareinc.com"))
          .calledAs("atl-exchange-001.litwareinc.com");
  private static final TrustedIssuer.Lookup TRUSTED =
      TrustedIssuer.Lookup.among(
          List.of(
              TrustedIssuer.self(
                  PrincipalName.parse("00000004-0000-0ff1-ce00-000000000000@litwareinc.com"),
                  List.of(VECTORS.certificate("current")))));
  private static final Set<String> SIGNED =
      Set.copyOf(
          VECTORS.vectors().stream()
              .filter(vector -> vector.expect().equals("accept"))
              .map(vector -> signedPart(vector.token()))
              .toList());

  @FuzzTest
  void everyTextGetsAVerdict(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);

    Verdict verdict = TokenValidation.withDefaults().validate(text, RECEIVER, TRUSTED, WITHIN);

    switch (verdict) {
      case Refusal(Rule rule, String reason) -> {
        assertThat(rule).isNotNull();
        assertThat(reason).isNotBlank().doesNotContain("eyJ");
      }
      // Nobody here can sign, so whatever holds has a part in it that the vectors' owner signed.
      case Accepted accepted -> assertThat(SIGNED).contains(signedPart(text));
    }
  }

  private static String signedPart(String token) {
    return switch (S2SToken.parse(token)) {
      case S2SToken parsed ->
          new String(parsed.signedToken().signingInput(), StandardCharsets.US_ASCII);
      case Refusal refusal -> "";
    };
  }
}
