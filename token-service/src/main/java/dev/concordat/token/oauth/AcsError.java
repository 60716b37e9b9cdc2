package dev.concordat.token.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * An error as ACS and its successor answer (trust reference, section 6): a number before the
 * description, lines for whoever has to find the request again, and the same once more as members.
 *
 * @param error RFC 6749's code
 * @param description {@code CONCORDAT<n>: …}, then trace id and time stamp, a line each
 * @param errorCodes the number
 * @param timestamp in UTC
 * @param traceId what the audit log has beside the reason
 */
record AcsError(
    String error,
    @JsonProperty("error_description") String description,
    @JsonProperty("error_codes") List<Integer> errorCodes,
    String timestamp,
    @JsonProperty("trace_id") String traceId) {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  static AcsError of(OAuthFailure failure, String traceId, Instant now) {
    int number = number(failure.reason());
    String stamp = STAMP.format(now);
    return new AcsError(
        failure.error().equals("invalid_target") ? "invalid_resource" : failure.error(),
        "CONCORDAT%d: %s\r\nTrace ID: %s\r\nTimestamp: %s"
            .formatted(number, TokenError.printable(failure.description()), traceId, stamp),
        List.of(number),
        stamp,
        traceId);
  }

  /** The numbers of {@code docs/problems/token-service.md}; one never changes its meaning. */
  private static int number(String reason) {
    return switch (reason) {
      case "malformed-request" -> 90010;
      case "unsupported-grant-type" -> 70003;
      case "invalid-client" -> 50012;
      case "invalid-grant" -> 50013;
      case "not-allowed" -> 65001;
      case "trust-level" -> 65002;
      case "unknown-partner", "unknown-resource" -> 50001;
      case "partner-disabled" -> 50002;
      case "identity-unknown", "identity-conflict", "no-principal-name" -> 50003;
      case "resource-missing", "malformed-resource", "foreign-resource" -> 50004;
      case "not-ready" -> 90033;
      case "token-server-failed" -> 90034;
      default -> 90000;
    };
  }
}
