package dev.concordat.simulator.ews;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * How the web services behave where the product can be set up, or nobody knows how it behaves.
 *
 * @param validation how strictly requests are held to the schema
 * @param schemaFolder the folder of the vendor's schemas, for {@link Validation#SCHEMA}
 * @param requestsPerMinute how many requests each mailbox takes in a minute before its callers are
 *     told to come later; 0 for any number
 */
public record EwsSettings(
    Validation validation, Optional<Path> schemaFolder, int requestsPerMinute) {

  /** How strictly requests are held to the schema. */
  public enum Validation {
    /** Order and names of elements. */
    STRICT,
    /** All of the vendor's schemas, which must be there. */
    SCHEMA,
    /** What an operation needs, and nothing else. */
    LENIENT;

    /**
     * The one of this name.
     *
     * @throws IllegalArgumentException with those that there are
     */
    public static Validation named(String name) {
      for (Validation one : values()) {
        if (one.name().equals(name.toUpperCase(Locale.ROOT))) {
          return one;
        }
      }
      throw new IllegalArgumentException(
          "simulator.ews.request-validation is strict, schema or lenient, and not '" + name + "'");
    }
  }

  public EwsSettings {
    if (validation == Validation.SCHEMA && schemaFolder.isEmpty()) {
      throw new IllegalArgumentException(
          "simulator.ews.request-validation=schema needs simulator.ews.schema-folder");
    }
    if (requestsPerMinute < 0) {
      throw new IllegalArgumentException(
          "simulator.ews.requests-per-minute must be 0 or more, and is " + requestsPerMinute);
    }
  }

  /**
   * What the system properties {@code simulator.ews.request-validation}, {@code
   * simulator.ews.schema-folder} and {@code simulator.ews.requests-per-minute} say; the defaults
   * where they say nothing.
   *
   * @throws IllegalArgumentException if one of them can't be
   */
  static EwsSettings configured() {
    String perMinute = System.getProperty("simulator.ews.requests-per-minute", "0");
    try {
      return new EwsSettings(
          Validation.named(System.getProperty("simulator.ews.request-validation", "strict")),
          Optional.ofNullable(System.getProperty("simulator.ews.schema-folder")).map(Path::of),
          Integer.parseInt(perMinute));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "simulator.ews.requests-per-minute must be a number, and is '" + perMinute + "'", e);
    }
  }

  RequestCheck check() {
    return switch (validation) {
      case STRICT -> new RequestOrder();
      case SCHEMA -> new PublishedSchema(schemaFolder.orElseThrow());
      case LENIENT -> new RequestCheck.None();
    };
  }
}
