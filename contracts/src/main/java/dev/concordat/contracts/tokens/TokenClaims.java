package dev.concordat.contracts.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A token's claims, read strictly: a claim of another JSON type than expected counts as absent, so
 * nothing is ever converted into what a rule wants to see.
 */
public final class TokenClaims {

  /** Most digits of a time: as many seconds reach beyond the year 30000. */
  private static final int MAX_TIME_DIGITS = 12;

  private final ObjectNode claims;

  TokenClaims(ObjectNode claims) {
    this.claims = claims;
  }

  /** {@code iss}. */
  public Optional<String> issuer() {
    return text("iss");
  }

  /** {@code aud}, where it is a single string. */
  public Optional<String> audience() {
    return text("aud");
  }

  /** {@code nameid}. */
  public Optional<String> nameId() {
    return text("nameid");
  }

  /** {@code nii}. */
  public Optional<String> nii() {
    return text("nii");
  }

  /** {@code upn}. */
  public Optional<String> upn() {
    return text("upn");
  }

  /** {@code smtp}. */
  public Optional<String> smtp() {
    return text("smtp");
  }

  /** {@code sip}. */
  public Optional<String> sip() {
    return text("sip");
  }

  /** {@code identityprovider}. */
  public Optional<String> identityProvider() {
    return text("identityprovider");
  }

  /** {@code appctxsender} of an Exchange identity token. */
  public Optional<String> appContextSender() {
    return text("appctxsender");
  }

  /**
   * {@code appctx} of an Exchange identity token, which is JSON in a string; an object is read too.
   * Empty where it is neither.
   */
  public Optional<TokenClaims> appContext() {
    JsonNode value = claims.get("appctx");
    if (value instanceof ObjectNode object) {
      return Optional.of(new TokenClaims(object));
    }
    if (value != null && value.isTextual()) {
      try {
        return Optional.of(new TokenClaims(StrictJwt.object("appctx", value.textValue())));
      } catch (StrictJwt.Unreadable unreadable) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** A claim that is a JSON object. */
  public Optional<TokenClaims> object(String name) {
    return claims.get(name) instanceof ObjectNode object
        ? Optional.of(new TokenClaims(object))
        : Optional.empty();
  }

  /** {@code nbf}: see {@link #time}. */
  public Optional<Instant> notBefore() {
    return time("nbf");
  }

  /** {@code exp}: see {@link #time}. */
  public Optional<Instant> expiry() {
    return time("exp");
  }

  /** Whether {@code trustedfordelegation} is the text or the JSON value {@code true}. */
  public boolean trustedForDelegation() {
    JsonNode value = claims.get("trustedfordelegation");
    return value != null
        && (value.isBoolean() ? value.booleanValue() : "true".equals(value.textValue()));
  }

  /** A claim that is a JSON string. */
  public Optional<String> text(String name) {
    JsonNode value = claims.get(name);
    return value == null ? Optional.empty() : Optional.ofNullable(value.textValue());
  }

  /** The texts of a claim that is a JSON array of nothing else; empty where it is none. */
  public List<String> texts(String name) {
    var texts = new ArrayList<String>();
    if (claims.get(name) instanceof ArrayNode array) {
      for (JsonNode one : array) {
        if (!one.isTextual()) {
          return List.of();
        }
        texts.add(one.textValue());
      }
    }
    return List.copyOf(texts);
  }

  /**
   * A claim that is a time: seconds since 1970 as a JSON integer, or as a string of at most 12
   * digits. A fraction, a sign or anything longer counts as absent.
   */
  public Optional<Instant> time(String name) {
    JsonNode value = claims.get(name);
    if (value == null || !(value.isTextual() || value.isIntegralNumber())) {
      return Optional.empty();
    }
    String digits = value.asText();
    if (digits.isEmpty()
        || digits.length() > MAX_TIME_DIGITS
        || !digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
      return Optional.empty();
    }
    return Optional.of(Instant.ofEpochSecond(Long.parseLong(digits)));
  }

  /** Whether there is a claim of this name, of whatever type. */
  public boolean has(String name) {
    return claims.has(name);
  }

  /** The claims' names, in the token's order. */
  public List<String> names() {
    var names = new ArrayList<String>();
    claims.fieldNames().forEachRemaining(names::add);
    return List.copyOf(names);
  }

  /**
   * The claims as a JSON object, for a person who asked to see them. May hold a nested token: not
   * for logs.
   */
  public String json() {
    return claims.toString();
  }

  /** How many claims there are; never what they say. */
  @Override
  public String toString() {
    return "TokenClaims[%d]".formatted(claims.size());
  }
}
