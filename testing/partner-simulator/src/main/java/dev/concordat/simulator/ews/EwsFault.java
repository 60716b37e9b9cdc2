package dev.concordat.simulator.ews;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** A request that is answered with a SOAP fault as a whole. */
final class EwsFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final transient Map<String, String> values;
  private final transient @Nullable Element at;
  private final @Nullable String violation;

  EwsFault(String code, String message) {
    this(code, message, Map.of(), null, null);
  }

  private EwsFault(
      String code,
      String message,
      Map<String, String> values,
      @Nullable Element at,
      @Nullable String violation) {
    super(message, null, false, false);
    this.code = code;
    this.values = values;
    this.at = at;
    this.violation = violation;
  }

  /** The request breaks the schema. */
  static EwsFault schema(@Nullable Element at, String violation) {
    return new EwsFault(
        "ErrorSchemaValidation",
        "The request failed schema validation: " + violation,
        Map.of(),
        at,
        violation);
  }

  /** Nobody has a mailbox of the address that a header names. */
  static EwsFault nonExistentMailbox(String address) {
    return new EwsFault(
        "ErrorNonExistentMailbox",
        "The SMTP address has no mailbox associated with it.",
        Map.of("SmtpAddress", Call.shortened(address)),
        null,
        null);
  }

  /** There is too much to do now. */
  static EwsFault serverBusy(long backOffMilliseconds) {
    return new EwsFault(
        "ErrorServerBusy",
        "The server cannot service this request right now. Try again later.",
        Map.of("BackOffMilliseconds", Long.toString(backOffMilliseconds)),
        null,
        null);
  }

  static EwsFault impersonationDenied() {
    return new EwsFault(
        "ErrorImpersonateUserDenied",
        "The account does not have permission to impersonate the requested user.");
  }

  static EwsFault invalidRequest() {
    return new EwsFault("ErrorInvalidRequest", "The request is invalid.");
  }

  static EwsFault incorrectSchemaVersion() {
    return new EwsFault(
        "ErrorIncorrectSchemaVersion",
        "The request is valid but does not specify the correct server version in the"
            + " RequestServerVersion SOAP header. Ensure that the RequestServerVersion header is"
            + " set with the correct RequestServerVersionValue.");
  }

  /** The response code, for example {@code ErrorSchemaValidation}. */
  String code() {
    return code;
  }

  /** What {@code MessageXml} says, by name. */
  Map<String, String> values() {
    return values;
  }

  /** Where the request breaks the schema; absent where it doesn't, or where that isn't known. */
  @Nullable Element at() {
    return at;
  }

  /** How the request breaks the schema; absent where it doesn't. */
  @Nullable String violation() {
    return violation;
  }
}
