package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import java.util.List;
import javax.xml.stream.XMLStreamException;

/**
 * Time zones as GetServerTimeZones tells them: the few that examples use, each with its offset, and
 * with the days of its change where it has any.
 */
final class TimeZones {

  /**
   * A time zone.
   *
   * @param id its Windows id
   * @param name what people call it
   * @param bias what must be added to local time for UTC, as a duration
   * @param daylight when daylight time begins and ends; null where it never does
   */
  record Zone(
      String id, String name, String bias, @org.jspecify.annotations.Nullable Daylight daylight) {}

  /**
   * Daylight time of a zone.
   *
   * @param bias the bias meanwhile
   * @param begins month, occurrence of Sunday in it (-1 for the last), and time of day
   * @param ends the same
   */
  record Daylight(String bias, Day begins, Day ends) {}

  /** A Sunday of the year. */
  record Day(int month, int occurrence, String at) {}

  private static final Day MARCH = new Day(3, -1, "PT2H");
  private static final Day OCTOBER = new Day(10, -1, "PT3H");

  static final List<Zone> ALL =
      List.of(
          new Zone("UTC", "(UTC) Coordinated Universal Time", "PT0S", null),
          new Zone(
              "GMT Standard Time",
              "(UTC+00:00) Dublin, Edinburgh, Lisbon, London",
              "PT0S",
              new Daylight("-PT1H", new Day(3, -1, "PT1H"), new Day(10, -1, "PT2H"))),
          new Zone(
              "W. Europe Standard Time",
              "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
              "-PT1H",
              new Daylight("-PT2H", MARCH, OCTOBER)),
          new Zone(
              "Romance Standard Time",
              "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris",
              "-PT1H",
              new Daylight("-PT2H", MARCH, OCTOBER)),
          new Zone("India Standard Time", "(UTC+05:30) Chennai, Kolkata", "-PT5H30M", null),
          new Zone("Tokyo Standard Time", "(UTC+09:00) Osaka, Sapporo, Tokyo", "-PT9H", null),
          new Zone(
              "Eastern Standard Time",
              "(UTC-05:00) Eastern Time (US & Canada)",
              "PT5H",
              new Daylight("PT4H", new Day(3, 2, "PT2H"), new Day(11, 1, "PT2H"))),
          new Zone(
              "Pacific Standard Time",
              "(UTC-08:00) Pacific Time (US & Canada)",
              "PT8H",
              new Daylight("PT7H", new Day(3, 2, "PT2H"), new Day(11, 1, "PT2H"))));

  private TimeZones() {}

  /** Writes one; without its rules it is only named. */
  static void write(Xml.Writer out, Zone zone, boolean full) throws XMLStreamException {
    out.element(
        "t:TimeZoneDefinition",
        it -> {
          it.attribute("Id", zone.id());
          it.attribute("Name", zone.name());
          if (full) {
            rules(it, zone);
          }
        });
  }

  private static void rules(Xml.Writer it, Zone zone) throws XMLStreamException {
    Daylight daylight = zone.daylight();
    it.element(
        "t:Periods",
        periods -> {
          period(periods, zone.bias(), "Standard", "std");
          if (daylight != null) {
            period(periods, daylight.bias(), "Daylight", "dlt");
          }
        });
    it.element(
        "t:TransitionsGroups",
        groups ->
            groups.element(
                "t:TransitionsGroup",
                group -> {
                  group.attribute("Id", "0");
                  if (daylight == null) {
                    group.element("t:Transition", one -> to(one, "Period", "std"));
                  } else {
                    day(group, daylight.begins(), "dlt");
                    day(group, daylight.ends(), "std");
                  }
                }));
    it.element(
        "t:Transitions",
        transitions -> transitions.element("t:Transition", one -> to(one, "Group", "0")));
  }

  private static void period(Xml.Writer out, String bias, String name, String id)
      throws XMLStreamException {
    out.element(
        "t:Period", it -> it.attribute("Bias", bias).attribute("Name", name).attribute("Id", id));
  }

  private static void day(Xml.Writer out, Day day, String period) throws XMLStreamException {
    out.element(
        "t:RecurringDayTransition",
        it -> {
          to(it, "Period", period);
          it.text("t:TimeOffset", day.at());
          it.text("t:Month", Integer.toString(day.month()));
          it.text("t:DayOfWeek", "Sunday");
          it.text("t:Occurrence", Integer.toString(day.occurrence()));
        });
  }

  private static void to(Xml.Writer out, String kind, String id) throws XMLStreamException {
    out.element("t:To", it -> it.attribute("Kind", kind).characters(id));
  }
}
