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

  /** As strict as can be without the schemas, and no throttling. */
  public static final EwsSettings DEFAULT = new EwsSettings(Validation.STRICT, Optional.empty(), 0);

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
          "request validation is strict, schema or lenient, and not '" + name + "'");
    }
  }

  public EwsSettings {
    if (validation == Validation.SCHEMA && schemaFolder.isEmpty()) {
      throw new IllegalArgumentException(
          "request validation by schema needs the folder of the schemas");
    }
    if (requestsPerMinute < 0) {
      throw new IllegalArgumentException(
          "requests per minute must be 0 or more, and are " + requestsPerMinute);
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
