package dev.concordat.contracts.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.ProtocolVectors;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the vectors of identity tokens don't show. */
class IdentityTokenValidationTest {
  private static final ProtocolVectors VECTORS = ProtocolVectors.read();
  private static final SigningCertificate KEY = VECTORS.certificate("exchange");
  private static final String AUDIENCE = "https://addin.litwareinc.com/taskpane.html";
  private static final URI DOCUMENT =
      URI.create("https://autodiscover.litwareinc.com/autodiscover/metadata/json/1");
  private static final Instant NOW = Instant.ofEpochSecond(1767229200);
  private static final String CONTEXT =
      "{\"msexchuid\":\"53e925fa\",\"version\":\"ExIdTok.V1\",\"amurl\":\"" + DOCUMENT + "\"}";
  private static final String SIGNED = TokenHeader.signed(KEY.x5t());

  @Test
  void aUserIsTheSameInEveryTokenAndAnotherMailboxIsAnother() {
    var one = known(answer(token(SIGNED, CONTEXT, AUDIENCE), DOCUMENT));
    var again = known(answer(token(SIGNED, CONTEXT + " ", AUDIENCE), DOCUMENT));
    var other = known(answer(token(SIGNED, CONTEXT.replace("53e9", "53e8"), AUDIENCE), DOCUMENT));

    assertThat(again.userKey()).isEqualTo(one.userKey());
    assertThat(other.userKey()).isNotEqualTo(one.userKey());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://autodiscover.litwareinc.com:443/autodiscover/metadata/json/1",
        "HTTPS://AutoDiscover.LitwareInc.com/autodiscover/metadata/json/1"
      })
  void thePort443AndTheCaseOfTheHostMakeNoOtherDocument(String amurl) {
    assertThat(
            answer(token(SIGNED, CONTEXT.replace(DOCUMENT.toString(), amurl), AUDIENCE), DOCUMENT))
        .isInstanceOf(IdentityTokenValidation.Answer.Known.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://autodiscover.litwareinc.com:8443/autodiscover/metadata/json/1",
        "https://autodiscover.litwareinc.com/autodiscover/metadata/JSON/1",
        "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1?x=1",
        "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1#x",
        "https://autodiscover.litwareinc.com@attacker.example/autodiscover/metadata/json/1",
        "http://autodiscover.litwareinc.com/autodiscover/metadata/json/1",
        "not a URL",
        ""
      })
  void anotherDocumentIsRefusedBeforeItsKeysAreAskedFor(String amurl) {
    var asked = new AtomicInteger();
    var answer =
        validation()
            .validate(
                token(SIGNED, CONTEXT.replace(DOCUMENT.toString(), amurl), AUDIENCE),
                new IdentityTokenValidation.AddIn(
                    Set.of(AUDIENCE), Set.of(DOCUMENT, URI.create("http://plain.example/"))),
                url -> {
                  asked.incrementAndGet();
                  return List.of(KEY);
                },
                NOW);

    assertThat(rule(answer)).isEqualTo(Rule.AMURL);
    assertThat(asked).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"version\":\"ExIdTok.V1\" | \"version\":\"ExIdTok.V2\" | VERSION",
        "\"version\":\"ExIdTok.V1\" | \"other\":\"ExIdTok.V1\" | VERSION",
        "\"msexchuid\":\"53e925fa\" | \"msexchuid\":\"\" | USER",
        "\"msexchuid\":\"53e925fa\" | \"msexchuid\":7 | USER",
        "{\"msexchuid\" | {{\"msexchuid\" | VERSION",
      })
  void aContextThatIsNotWhatItShouldBeIsRefused(String part, String instead, Rule rule) {
    String context = CONTEXT.replace(part, instead);

    assertThat(rule(answer(token(SIGNED, context, AUDIENCE), DOCUMENT))).isEqualTo(rule);
  }

  @Test
  void theAudienceIsExactlyOneOfTheAddInsUrls() {
    assertThat(rule(answer(token(SIGNED, CONTEXT, AUDIENCE + "/"), DOCUMENT))).isEqualTo(Rule.AUD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"typ\":\"JWT\",\"alg\":\"RS256\"} | KEY",
        "{\"alg\":\"RS256\",\"x5t\":\"boxo1u2SHHXBRxvKnniDDAXbpws\"} | VERSION",
        "{\"typ\":\"JWT\",\"alg\":\"RS512\",\"x5t\":\"boxo1u2SHHXBRxvKnniDDAXbpws\"} | ALG",
        "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5t\":\"boxo1u2SHHXBRxvKnniDDAXbpws\"} | KEY"
      })
  void theHeaderNamesTypeAlgorithmAndAPublishedKey(String header, Rule rule) {
    assertThat(rule(answer(token(header, CONTEXT, AUDIENCE), DOCUMENT))).isEqualTo(rule);
  }

  private static IdentityTokenValidation validation() {
    return new IdentityTokenValidation(
        ValidationSettings.DEFAULT, (key, signed, signature) -> true);
  }

  private static IdentityTokenValidation.Answer answer(String token, URI configured) {
    return validation()
        .validate(
            token,
            new IdentityTokenValidation.AddIn(Set.of(AUDIENCE), Set.of(configured)),
            url -> List.of(KEY),
            NOW);
  }

  private static String token(String header, String context, String audience) {
    String claims =
        "{\"aud\":\"%s\",\"iss\":\"x@y\",\"nbf\":\"1767225600\",\"exp\":\"1767254400\",\"appctx\":\"%s\"}"
            .formatted(audience, context.replace("\"", "\\\""));
    return ClaimsJson.part(header) + "." + ClaimsJson.part(claims) + ".AAAA";
  }

  private static IdentityTokenValidation.Answer.Known known(IdentityTokenValidation.Answer answer) {
    return (IdentityTokenValidation.Answer.Known) answer;
  }

  private static Rule rule(IdentityTokenValidation.Answer answer) {
    return ((IdentityTokenValidation.Answer.Unknown) answer).refusal().rule();
  }
}
