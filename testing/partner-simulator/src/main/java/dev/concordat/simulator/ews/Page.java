package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * A page of what is found. However many are asked for, no more than {@code EWSFindCountLimit} come
 * (ews.md 9).
 *
 * @param offset from where
 * @param fromEnd whether that counts from the end
 * @param most how many at most
 */
record Page(int offset, boolean fromEnd, int most) {

  private static final int FIND_COUNT_LIMIT = 1000;

  /** Which of the found a page shows, and where the next begins. */
  record Shown<T>(List<T> all, int next, int total, boolean isLast) {

    /** Writes the attributes of the element that the found stand in. */
    void write(Xml.Writer root) throws XMLStreamException {
      root.attribute("IndexedPagingOffset", Integer.toString(next));
      root.attribute("TotalItemsInView", Integer.toString(total));
      root.attribute("IncludesLastItemInRange", Boolean.toString(isLast));
    }
  }

  /**
   * The page that a call asks for.
   *
   * @param kind {@code Item} or {@code Folder}
   */
  static Page of(Call call, String kind) throws EwsFault {
    Optional<Element> indexed = call.child("IndexedPage" + kind + "View");
    if (indexed.isPresent()) {
      Element view = indexed.get();
      return new Page(
          number(view, "Offset", 0),
          Call.word(view, "BasePoint", List.of("Beginning", "End")).equals("End"),
          number(view, "MaxEntriesReturned", FIND_COUNT_LIMIT));
    }
    Optional<Element> other =
        Xml.children(call.operation()).stream()
            .filter(it -> it.hasAttribute("MaxEntriesReturned"))
            .findFirst();
    return new Page(
        0,
        false,
        other.isPresent()
            ? number(other.get(), "MaxEntriesReturned", FIND_COUNT_LIMIT)
            : FIND_COUNT_LIMIT);
  }

  /** Where a fraction of what is found lies: FractionalPageItemView. */
  Page within(Call call, String kind, int total) throws EwsFault {
    Optional<Element> fraction = call.child("FractionalPage" + kind + "View");
    if (fraction.isEmpty()) {
      return this;
    }
    int numerator = number(fraction.get(), "Numerator", 0);
    int denominator = Math.max(1, number(fraction.get(), "Denominator", 1));
    return new Page((int) ((long) total * numerator / denominator), false, most);
  }

  private static int number(Element view, String name, int otherwise) throws EwsFault {
    if (!view.hasAttribute(name)) {
      return otherwise;
    }
    try {
      int given = Integer.parseInt(view.getAttribute(name).strip());
      if (given < 0 || (given == 0 && name.equals("MaxEntriesReturned"))) {
        throw new EwsFault(
            "ErrorInvalidPagingMaxRows",
            "The paging parameters of the request are invalid: %s is %d.".formatted(name, given));
      }
      return given;
    } catch (NumberFormatException e) {
      throw EwsFault.schema(
          view,
          "The '%s' attribute is invalid - The value '%s' is invalid according to its datatype."
              .formatted(name, Call.shortened(view.getAttribute(name))));
    }
  }

  /** The part of the found that it shows. */
  <T> Shown<T> of(NavigableSet<T> found) {
    return of(fromEnd ? found.descendingSet() : found, found.size());
  }

  /** The part of the found that it shows. */
  <T> Shown<T> of(List<T> found) {
    return of(fromEnd ? found.reversed() : found, found.size());
  }

  private <T> Shown<T> of(Collection<T> found, int total) {
    int begin = Math.min(offset, total);
    int count = Math.min(Math.min(most, FIND_COUNT_LIMIT), total - begin);
    var shown = new ArrayList<T>(count);
    Iterator<T> all = found.iterator();
    for (int i = 0; i < begin; i++) {
      all.next();
    }
    for (int i = 0; i < count; i++) {
      shown.add(all.next());
    }
    return new Shown<>(
        fromEnd ? shown.reversed() : shown, begin + count, total, begin + count >= total);
  }
}
