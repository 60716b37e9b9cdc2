package dev.concordat.contracts.tokens;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server-to-server token, taken apart: an app-only token, or an unsigned outer token that names a
 * user around a signed actor token. That it could be read says nothing about whether it holds:
 * nothing in it may be used before {@link TokenValidation} accepted it.
 */
public final class S2SToken implements ParsedToken {

  /** Longest token, in characters. */
  public static final int MAX_LENGTH = 16 * 1024;

  private static final String ACTOR_TOKEN = "actortoken";
  private static final String ACTOR_TOKEN_IN_SPECIFICATION = "actort";

  private final TokenHeader header;
  private final TokenClaims claims;
  private final String signed;
  private final byte[] signature;
  private final @Nullable S2SToken actor;

  private S2SToken(
      TokenHeader header,
      TokenClaims claims,
      String signed,
      byte[] signature,
      @Nullable S2SToken actor) {
    this.header = header;
    this.claims = claims;
    this.signed = signed;
    this.signature = signature;
    this.actor = actor;
  }

  /** What is done with an outer token that is signed, which proves nothing. */
  public enum OuterSignature {
    /** Refused by rule {@code outer-alg}: the default. */
    REFUSED,
    /** The signature is ignored. */
    IGNORED
  }

  /**
   * Takes a token apart by the rules {@code parse}, {@code actor-missing} and {@code outer-alg}.
   * Never throws: a text that breaks one is answered with the refusal.
   *
   * @param text the token alone, without {@code Bearer}
   */
  public static ParsedToken parse(String text) {
    return parse(text, OuterSignature.REFUSED);
  }

  /** As {@link #parse(String)}, with this treatment of a signed outer token. */
  public static ParsedToken parse(String text, OuterSignature outerSignature) {
    try {
      return read(text, outerSignature);
    } catch (StrictJwt.Unreadable unreadable) {
      return unreadable.refusal();
    }
  }

  private static ParsedToken read(String text, OuterSignature outerSignature)
      throws StrictJwt.Unreadable {
    S2SToken token = takeApart(text);
    String nested = nestedToken(token.claims);
    if (nested == null) {
      return token.unsigned()
          ? new Refusal(
              Rule.ACTOR_MISSING, "it is unsigned and has no actor token in it: nobody vouches")
          : token;
    }
    if (!TokenHeader.NONE.equals(token.header.alg()) && outerSignature == OuterSignature.REFUSED) {
      return new Refusal(
          Rule.OUTER_ALG,
          "it has an actor token in it, so its own alg must be none, but is "
              + token.header.algForPeople());
    }
    S2SToken actor = takeApart(nested);
    return new S2SToken(token.header, token.claims, token.signed, token.signature, actor);
  }

  private static S2SToken takeApart(String text) throws StrictJwt.Unreadable {
    if (text.length() > MAX_LENGTH) {
      throw new StrictJwt.Unreadable("it is longer than 16 KiB");
    }
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3) {
      throw new StrictJwt.Unreadable(
          "it has %d parts; a token has three, parted by dots".formatted(parts.length));
    }
    ObjectNode header = StrictJwt.object("its header", StrictJwt.decode("its header", parts[0]));
    if (header.has("crit")) {
      throw new StrictJwt.Unreadable("its header has crit, which no server-to-server token has");
    }
    ObjectNode claims =
        StrictJwt.object("its claims part", StrictJwt.decode("its claims part", parts[1]));
    byte[] signature = StrictJwt.decode("its signature", parts[2]);
    var token =
        new S2SToken(
            TokenHeader.of(header),
            new TokenClaims(claims),
            parts[0] + "." + parts[1],
            signature,
            null);
    if (token.unsigned() && signature.length > 0) {
      throw new StrictJwt.Unreadable("it says that it is unsigned, but has a signature");
    }
    return token;
  }

  private static @Nullable String nestedToken(TokenClaims claims) throws StrictJwt.Unreadable {
    if (claims.has(ACTOR_TOKEN) && claims.has(ACTOR_TOKEN_IN_SPECIFICATION)) {
      throw new StrictJwt.Unreadable("it has both actortoken and actort");
    }
    String name = claims.has(ACTOR_TOKEN) ? ACTOR_TOKEN : ACTOR_TOKEN_IN_SPECIFICATION;
    if (!claims.has(name)) {
      return null;
    }
    return claims
        .text(name)
        .orElseThrow(() -> new StrictJwt.Unreadable("its " + name + " is no string"));
  }

  /** Its header. */
  public TokenHeader header() {
    return header;
  }

  /** Its claims. */
  public TokenClaims claims() {
    return claims;
  }

  /** The ASCII bytes that the signature is over: the first two parts with the dot between. */
  public byte[] signingInput() {
    return signed.getBytes(StandardCharsets.US_ASCII);
  }

  /** The signature's bytes; empty where there is none. */
  public byte[] signature() {
    return signature.clone();
  }

  /** The actor token inside, where this is a user token. */
  public Optional<S2SToken> actor() {
    return Optional.ofNullable(actor);
  }

  /** Whether it names a user around an actor token. */
  public boolean userToken() {
    return actor != null;
  }

  /** The part whose signature decides: the actor token of a user token, else the token itself. */
  public S2SToken signedToken() {
    S2SToken nested = actor;
    return nested == null ? this : nested;
  }

  /** Whether its {@code alg} is {@code none} in any case. */
  boolean unsigned() {
    return TokenHeader.NONE.equalsIgnoreCase(header.alg());
  }

  /** Whether it holds a token itself. */
  boolean nests() {
    return claims.has(ACTOR_TOKEN) || claims.has(ACTOR_TOKEN_IN_SPECIFICATION);
  }

  /** What kind of token it is; never anything that it says. */
  @Override
  public String toString() {
    return userToken() ? "S2SToken[user token]" : "S2SToken[app-only token]";
  }
}
