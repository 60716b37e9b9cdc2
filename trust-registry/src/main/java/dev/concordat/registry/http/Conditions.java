package dev.concordat.registry.http;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.Expectation;
import dev.concordat.contracts.events.Idempotency;
import dev.concordat.registry.declarations.MalformedDeclaration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request says must hold before it is done, and how its repetition is known. */
final class Conditions {

  private static final Pattern STRONG_ETAG = Pattern.compile("\"(\\d{1,18})\"");
  private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

  private Conditions() {}

  /** {@code If-Match} with the ETag that was read, or {@code If-None-Match: *} (RFC 9110 13.1). */
  static @Nullable Expectation expectation(@Nullable String ifMatch, @Nullable String ifNoneMatch)
      throws MalformedDeclaration {
    if (ifMatch != null && ifNoneMatch != null) {
      throw malformed("If-Match and If-None-Match can't both hold. Send one of them.");
    }
    if (ifNoneMatch != null) {
      if (!ifNoneMatch.trim().equals("*")) {
        throw malformed("If-None-Match may only be * here: register only if the name is free.");
      }
      return new Expectation(null, true);
    }
    if (ifMatch == null) {
      return null;
    }
    Matcher etag = STRONG_ETAG.matcher(ifMatch.trim());
    if (!etag.matches()) {
      throw malformed("If-Match must be the ETag that the partner was read with, such as \"42\".");
    }
    return new Expectation(Long.valueOf(etag.group(1)), false);
  }

  /**
   * {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header). Only its hash leaves this
   * service, together with who asked: keys of different callers have nothing to do with each other.
   *
   * @param request everything that makes the request what it is
   */
  static @Nullable Idempotency idempotency(
      @Nullable String key, String caller, @Nullable Object... request)
      throws MalformedDeclaration {
    if (key == null) {
      return null;
    }
    if (!IDEMPOTENCY_KEY.matcher(key).matches()) {
      throw malformed(
          "Idempotency-Key must be 1 to 255 visible ASCII characters, such as a random UUID.");
    }
    return new Idempotency(sha256(caller, key), sha256(request));
  }

  private static String sha256(@Nullable Object... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (@Nullable Object part : parts) {
        byte[] bytes =
            part instanceof byte[] raw
                ? raw
                : String.valueOf(part).getBytes(StandardCharsets.UTF_8);
        // With its length, so that no two lists of parts look alike.
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static MalformedDeclaration malformed(String detail) {
    return new MalformedDeclaration(
        Problem.of("condition-malformed", "The condition can't be read", 400, detail));
  }
}
