package dev.concordat.contracts.tokens;

/** How {@code nbf} and {@code exp} are written. Every product's sample reads either. */
public enum TimeForm {
  /** Decimal strings, as self-issued tokens have them (MS-XOAUTH 4.4). */
  STRING,
  /** JSON numbers, as ACS writes them (documentation on low-trust tokens). */
  NUMBER
}
