package dev.concordat.simulator.ews;

/** A request that is answered with a SOAP fault as a whole. */
final class EwsFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  EwsFault(String code, String message) {
    super(message);
    this.code = code;
  }

  /** The response code, for example {@code ErrorSchemaValidation}. */
  String code() {
    return code;
  }
}
