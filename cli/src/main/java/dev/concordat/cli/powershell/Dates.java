package dev.concordat.cli.powershell;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A moment as {@code ConvertTo-Json} writes it: {@code /Date(ms)/}, with a zone or without, ISO
 * 8601, or an object whose {@code value} is one of these.
 */
final class Dates {

  private static final Pattern MILLISECONDS =
      Pattern.compile("/Date\\((-?\\d{1,15})(?:[+-]\\d{4})?\\)/");

  private Dates() {}

  static Optional<Instant> of(@Nullable JsonNode node) {
    return Cell.of(node).value().flatMap(Dates::of);
  }

  private static Optional<Instant> of(String text) {
    Matcher milliseconds = MILLISECONDS.matcher(text);
    if (milliseconds.matches()) {
      // The zone says how it was shown there; the milliseconds are UTC all the same.
      return Optional.of(Instant.ofEpochMilli(Long.parseLong(milliseconds.group(1))));
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException noOffset) {
      try {
        return Optional.of(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
  }
}
