package dev.concordat.contracts.challenges;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One challenge (RFC 9110 11.6.1).
 *
 * @param scheme as it was sent, for example {@code Bearer} or {@code Negotiate}
 * @param token the credential blob after the scheme, where there is one
 * @param parameters by name in lower case, in the order sent; the first of a repeated name
 */
public record Challenge(String scheme, @Nullable String token, Map<String, String> parameters) {

  public Challenge {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** Whether it is of this scheme, in any case. */
  public boolean isOf(String otherScheme) {
    return scheme.equalsIgnoreCase(otherScheme);
  }

  /** A parameter by its name in any case. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name.toLowerCase(Locale.ROOT)));
  }
}
