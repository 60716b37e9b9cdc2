package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Item;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * The order of what FindItem finds; the newest first where none is given (assumed).
 *
 * @param text the order in one spelling
 * @param comparator the order
 */
record SortOrder(String text, Comparator<Item> comparator) {

  private static final SortOrder NEWEST_FIRST =
      new SortOrder(
          "",
          Comparator.comparing(Item::created)
              .reversed()
              .thenComparing(Comparator.comparingLong(Item::number).reversed()));

  static SortOrder of(Call call, ItemProperties properties) throws EwsFault {
    Optional<Element> given = call.child("SortOrder");
    if (given.isEmpty()) {
      return NEWEST_FIRST;
    }
    var text = new StringBuilder();
    Comparator<Item> order = null;
    for (Element field : Xml.children(given.get())) {
      boolean descending =
          Call.word(field, "Order", List.of("Ascending", "Descending")).equals("Descending");
      PropertyPath path = PropertyPath.of(Call.onlyChild(field));
      text.append(path).append(descending ? '-' : '+');
      Comparator<Item> one = by(path, properties);
      Comparator<Item> directed = descending ? one.reversed() : one;
      order = order == null ? directed : order.thenComparing(directed);
    }
    return order == null ? NEWEST_FIRST : new SortOrder(text.toString(), order);
  }

  private static Comparator<Item> by(PropertyPath path, ItemProperties properties) {
    if (path instanceof PropertyPath.Field(String uri)) {
      // Asked for most, and so without a detour.
      switch (uri) {
        case "item:DateTimeCreated" -> {
          return Comparator.comparing(Item::created);
        }
        case "item:Subject" -> {
          return Comparator.comparing(Item::subject, String.CASE_INSENSITIVE_ORDER);
        }
        default -> {
          // As any other.
        }
      }
    }
    return Comparator.comparing(
        item -> properties.text(item, path).orElse(""), Restriction::compare);
  }
}
