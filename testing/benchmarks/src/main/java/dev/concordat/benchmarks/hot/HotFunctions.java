package dev.concordat.benchmarks.hot;

import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.contracts.tokens.ParsedToken;
import dev.concordat.contracts.tokens.Receiver;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.TokenValidation;
import dev.concordat.contracts.tokens.TrustedIssuer;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.contracts.tokens.UserTokenClaims;
import dev.concordat.contracts.tokens.Verdict;
import dev.concordat.suite.LaboratoryKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One key, one partner, one user; each function is called again with the same input. */
@State(Scope.Benchmark)
public class HotFunctions {

  private static final String PARTNER = "00000004-0000-0ff1-ce00-000000000000@litwareinc.com";

  private final LaboratoryKey key = LaboratoryKey.rsa();
  private final Instant now = Instant.now();
  private final ActorTokenClaims claims =
      ActorTokenClaims.selfIssued(
          AudienceName.parse(
              "00000002-0000-0ff1-ce00-000000000000/exchange.litwareinc.com@litwareinc.com"),
          PrincipalName.parse(PARTNER),
          now.minusSeconds(60),
          now.plusSeconds(3600));
  private final String actorToken = signed();
  private final String userToken = userToken();
  private final byte[] document =
      AuthMetadataWriter.write(
          ((Reading.Accepted)
                  AuthMetadataReader.read(documentText().getBytes(StandardCharsets.UTF_8)))
              .document());
  private final TrustedIssuer.Lookup trusted =
      TrustedIssuer.Lookup.among(
          List.of(TrustedIssuer.self(PrincipalName.parse(PARTNER), List.of(key.certificate()))));
  private final Receiver receiver =
      Receiver.of(
              "00000002-0000-0ff1-ce00-000000000000",
              "litwareinc.com",
              Set.of("exchange.litwareinc.com"))
          .calledAs("exchange.litwareinc.com");
  private final TokenValidation validation = TokenValidation.withDefaults();

  /** The claims of an actor token, and their RS256 signature by the JDK. */
  @Benchmark
  public String actorTokenSigned() {
    return signed();
  }

  /** The unsigned outer token around an actor token that is there. */
  @Benchmark
  public String userTokenAroundIt() {
    return userToken();
  }

  /** Both tokens of a user token, taken apart by the strict parser. */
  @Benchmark
  public ParsedToken userTokenParsed() {
    return S2SToken.parse(userToken);
  }

  /** Parsed, every rule tried, the signature verified. */
  @Benchmark
  public Verdict userTokenValidated() {
    return validation.validate(userToken, receiver, trusted, now);
  }

  /** An auth metadata document of one key. */
  @Benchmark
  public Reading documentRead() {
    return AuthMetadataReader.read(document);
  }

  /** The same document written. */
  @Benchmark
  public byte[] documentReadAndWritten() {
    AuthMetadataDocument read = ((Reading.Accepted) AuthMetadataReader.read(document)).document();
    return AuthMetadataWriter.write(read);
  }

  /** A principal name. */
  @Benchmark
  public PrincipalName principalParsed() {
    return PrincipalName.parse(PARTNER);
  }

  private String signed() {
    return key.signed(claims.signingInput(key.certificate().x5t()));
  }

  private String userToken() {
    String user = "kenmyer@litwareinc.com";
    return UserTokenClaims.around(claims, new UserClaims(user, null, null, user, user), actorToken)
        .token();
  }

  private String documentText() {
    return """
        {"issuer":"%s","keys":[{"usage":"signing","keyinfo":{"x5t":"%s"},"keyvalue":{"type":"x509Certificate",\
        "value":"%s"}}]}"""
        .formatted(
            PARTNER,
            key.certificate().x5t(),
            AuthMetadataDocument.Key.of(key.certificate()).certificate());
  }
}
