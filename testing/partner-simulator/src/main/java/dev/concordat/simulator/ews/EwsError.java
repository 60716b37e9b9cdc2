package dev.concordat.simulator.ews;

/** One of several things asked for that can't be done: an error in its own response message. */
final class EwsError extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  EwsError(String code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  String code() {
    return code;
  }

  static EwsError folderNotFound() {
    return new EwsError(
        "ErrorFolderNotFound", "The specified folder could not be found in the store.");
  }

  static EwsError itemNotFound() {
    return new EwsError("ErrorItemNotFound", "The specified object was not found in the store.");
  }

  static EwsError malformedId() {
    return new EwsError("ErrorInvalidIdMalformed", "Id is malformed.");
  }

  static EwsError emptyId() {
    return new EwsError("ErrorInvalidIdEmpty", "Id must be non-empty.");
  }

  static EwsError accessDenied() {
    return new EwsError("ErrorAccessDenied", "Access is denied. Check credentials and try again.");
  }

  static EwsError quotaExceeded() {
    return new EwsError(
        "ErrorQuotaExceeded",
        "The mailbox quota has been exceeded; nothing more can be stored in this mailbox.");
  }

  static EwsError invalidProperty() {
    return new EwsError(
        "ErrorInvalidPropertyRequest", "Property is not valid for this object type.");
  }
}
