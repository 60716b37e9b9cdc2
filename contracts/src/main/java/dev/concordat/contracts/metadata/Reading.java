package dev.concordat.contracts.metadata;

import java.util.List;

/** What reading an auth metadata document came to. */
public sealed interface Reading {

  /** The key's own {@code x5t} names another certificate; the computed one is used. */
  String X5T_MISMATCH = "x5t-mismatch";

  /** An RSA key has fewer than 2048 bits; it is used. */
  String WEAK_KEY = "weak-key";

  /** A signing key isn't RSA, or has fewer than 1024 bits, or its certificate can't be read. */
  String KEY_SKIPPED = "key-skipped";

  /** An endpoint has no location. */
  String ENDPOINT_SKIPPED = "endpoint-skipped";

  /** The issuer's realm is {@code *}: usable only where the registration pins a realm. */
  String ANY_REALM = "any-realm";

  /**
   * The document can be used.
   *
   * @param document in the shape that all products share
   * @param warnings the codes above, each at most once
   */
  record Accepted(AuthMetadataDocument document, List<String> warnings) implements Reading {
    public Accepted {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * The document can't be used.
   *
   * @param problem a code: {@code not-json} (also for bytes that aren't UTF-8 and for a name that
   *     occurs twice), {@code too-large}, {@code too-deep}, {@code malformed} (a member has the
   *     wrong type), {@code version-unknown}, {@code issuer-missing}, {@code issuer-malformed},
   *     {@code inconsistent} (realm or service name disagrees with the issuer), {@code
   *     no-signing-key}
   * @param detail what is wrong, for a person
   * @param html whether it is an HTML page, typically a login form or an error page sent with
   *     status 200, which calls for another remedy than broken JSON
   */
  record Refused(String problem, String detail, boolean html) implements Reading {

    Refused(String problem, String detail) {
      this(problem, detail, false);
    }
  }
}
