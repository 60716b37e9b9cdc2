package dev.concordat.simulator.trust;

import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.ParsedToken;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.contracts.tokens.TokenValidation;
import dev.concordat.contracts.tokens.ValidationSettings;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Judges the token of a request by the rules that all products share (MS-XOAUTH 3.2.5.6). */
public final class TokenCheck {

  private final ServerIdentity server;
  private final Supplier<TrustView> trust;
  private final TokenValidation validation =
      new TokenValidation(
          ValidationSettings.DEFAULT, new RememberedSignatures(SignatureCheck.byPlatform()));

  /** A client sends the same token with each of its requests: it is taken apart once. */
  private final Recent<String, ParsedToken> parsed = new Recent<>(256);

  /**
   * @param trust whom the server trusts now, or when it last looked
   */
  public TokenCheck(ServerIdentity server, Supplier<TrustView> trust) {
    this.server = server;
    this.trust = trust;
  }

  /** What the token of a request comes to. */
  public sealed interface Outcome {

    /** There is no {@code Authorization} of a bearer. */
    record Anonymous() implements Outcome {}

    /** There is {@code Bearer} and nothing more: the caller asks for the challenge. */
    record EmptyBearer() implements Outcome {}

    /** The token does not hold. */
    record Refused(Refusal refusal, Optional<S2SToken> token) implements Outcome {}

    /** It holds. */
    record Held(Accepted accepted, PartnerApplication application) implements Outcome {}
  }

  /** The text after {@code Bearer}; absent where there is no bearer. */
  static Optional<String> bearer(@Nullable String authorization) {
    return Optional.ofNullable(authorization)
        .filter(it -> it.equalsIgnoreCase("Bearer") || it.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(it -> it.substring("Bearer".length()).strip());
  }

  /** Whether an {@code Authorization} header has a token, and not only {@code Bearer}. */
  public static boolean hasToken(@Nullable String authorization) {
    return bearer(authorization).filter(it -> !it.isEmpty()).isPresent();
  }

  /**
   * Judges.
   *
   * @param authorization the request's {@code Authorization} header
   * @param hostCalled its {@code Host}, with a port off 443
   * @param now what time the server believes it is
   */
  public Outcome check(@Nullable String authorization, String hostCalled, Instant now) {
    Optional<String> bearer = bearer(authorization);
    if (bearer.isEmpty()) {
      return new Outcome.Anonymous();
    }
    return bearer.get().isEmpty()
        ? new Outcome.EmptyBearer()
        : checkToken(bearer.get(), hostCalled, now);
  }

  Outcome checkToken(String token, String hostCalled, Instant now) {
    return switch (parsed(token)) {
      case Refusal refusal -> new Outcome.Refused(refusal, Optional.empty());
      case S2SToken it -> {
        TrustView view = trust.get();
        yield switch (validation.validate(it, server.receiver(hostCalled), view.issuers(), now)) {
          case Refusal refusal -> new Outcome.Refused(refusal, Optional.of(it.signedToken()));
          case Accepted accepted ->
              view.applicationOf(accepted)
                  .<Outcome>map(application -> new Outcome.Held(accepted, application))
                  .orElseGet(
                      () ->
                          new Outcome.Refused(
                              new Refusal(Rule.NAMEID, "there is no such partner application"),
                              Optional.of(it.signedToken())));
        };
      }
    };
  }

  private ParsedToken parsed(String token) {
    Optional<ParsedToken> before = parsed.get(token);
    if (before.isPresent()) {
      return before.get();
    }
    ParsedToken now = S2SToken.parse(token);
    parsed.put(token, now);
    return now;
  }
}
