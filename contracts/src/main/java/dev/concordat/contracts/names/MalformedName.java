package dev.concordat.contracts.names;

/** A text is not the name that it was read as. The message says which rule it breaks. */
public final class MalformedName extends IllegalArgumentException {

  /**
   * @param reason which rule the text breaks, for a person; never the text itself, which may be
   *     long or come from a stranger
   */
  public MalformedName(String reason) {
    super(reason);
  }
}
