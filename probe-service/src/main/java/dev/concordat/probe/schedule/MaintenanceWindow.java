package dev.concordat.probe.schedule;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time in which a partner is not probed by schedule. */
sealed interface MaintenanceWindow {

  /** What can be written, for whoever wrote something else. */
  String ALLOWED =
      "[DAYS ]HH:MM-HH:MM[ ZONE], as in 'SAT,SUN 22:00-04:00 Europe/Berlin', or a moment and how"
          + " long, as in '2026-12-01T22:00Z/PT4H'";

  /** Whether it is now. */
  boolean contains(Instant moment);

  /**
   * Each week.
   *
   * @param days on which it begins
   * @param from its beginning
   * @param to its end, which is on the next day if it is no later than the beginning
   */
  record Weekly(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone)
      implements MaintenanceWindow {

    public Weekly {
      days = Set.copyOf(days);
    }

    @Override
    public boolean contains(Instant moment) {
      ZonedDateTime there = moment.atZone(zone);
      LocalTime time = there.toLocalTime();
      DayOfWeek today = there.getDayOfWeek();
      if (from.isBefore(to)) {
        return days.contains(today) && !time.isBefore(from) && time.isBefore(to);
      }
      return (days.contains(today) && !time.isBefore(from))
          || (days.contains(today.minus(1)) && time.isBefore(to));
    }
  }

  /** Once. */
  record Once(Instant from, Instant to) implements MaintenanceWindow {
    @Override
    public boolean contains(Instant moment) {
      return !moment.isBefore(from) && moment.isBefore(to);
    }
  }

  /** The form of a weekly one. */
  Pattern WEEKLY = Pattern.compile("(?:(\\S+)\\s+)?(\\d{2}:\\d{2})-(\\d{2}:\\d{2})(?:\\s+(\\S+))?");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the text is none
   */
  static MaintenanceWindow parse(String text) {
    String stripped = text.strip();
    try {
      int slash = stripped.indexOf('/');
      if (slash > 0 && stripped.startsWith("P", slash + 1)) {
        Instant from = OffsetDateTime.parse(stripped.substring(0, slash)).toInstant();
        return new Once(from, from.plus(Duration.parse(stripped.substring(slash + 1))));
      }
      Matcher weekly = WEEKLY.matcher(stripped);
      if (weekly.matches()) {
        return new Weekly(
            weekly.group(1) == null ? EnumSet.allOf(DayOfWeek.class) : days(weekly.group(1)),
            LocalTime.parse(weekly.group(2)),
            LocalTime.parse(weekly.group(3)),
            ZoneId.of(weekly.group(4) == null ? "UTC" : weekly.group(4)));
      }
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    throw new IllegalArgumentException("it is neither weekly nor once");
  }

  private static Set<DayOfWeek> days(String text) {
    var days = EnumSet.noneOf(DayOfWeek.class);
    for (String part : text.split(",")) {
      String[] ends = part.split("-", 2);
      DayOfWeek last = day(ends[ends.length - 1]);
      for (DayOfWeek it = day(ends[0]); ; it = it.plus(1)) {
        days.add(it);
        if (it == last) {
          break;
        }
      }
    }
    return days;
  }

  private static DayOfWeek day(String text) {
    return Arrays.stream(DayOfWeek.values())
        .filter(it -> it.name().startsWith(text.toUpperCase(Locale.ROOT)) && text.length() >= 3)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text + " is no day of the week"));
  }
}
