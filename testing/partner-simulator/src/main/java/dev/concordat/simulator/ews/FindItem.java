package dev.concordat.simulator.ews;

import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.ItemType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.w3c.dom.Element;

/**
 * FindItem: items of folders that hold to a restriction, sorted, page by page. A folder keeps the
 * views that were asked for last, so that the next page costs no new search, however large it is.
 */
final class FindItem {

  private FindItem() {}

  static Response find(Call call) throws EwsFault {
    ItemShape shape = ItemShape.ofFound(call);
    var properties = new ItemProperties(call.mailbox());
    Restriction<Item> restriction = Restriction.of(call, properties::text);
    SortOrder order = SortOrder.of(call, properties);
    String traversal =
        Call.word(call.operation(), "Traversal", List.of("Shallow", "SoftDeleted", "Associated"));
    if (call.child("GroupBy").isPresent() || call.child("DistinguishedGroupBy").isPresent()) {
      throw new EwsFault("ErrorInvalidOperation", "Grouping is not supported by this simulator.");
    }
    Page page = Page.of(call, "Item");
    Window window = Window.of(call);
    String query = call.child("QueryString").map(it -> it.getTextContent().strip()).orElse("");
    var key = new Key(traversal, restriction.text(), order.text(), window, query);
    Predicate<Item> holding =
        traversed(traversal)
            .and(restriction.holding())
            .and(window::holds)
            .and(queried(query, properties));
    return call.each(
        "ParentFolderIds",
        id -> {
          Folder folder = call.ids().folder(id);
          var found = folder.view(key, holding, order.comparator());
          var shown = page.within(call, "Item", found.size()).of(found);
          return Message.success(
              out ->
                  out.element(
                      "m:RootFolder",
                      root -> {
                        shown.write(root);
                        root.element(
                            "t:Items",
                            items -> {
                              for (Item item : shown.all()) {
                                shape.write(items, item);
                              }
                            });
                      }));
        });
  }

  /** What tells one view of a folder from another. */
  private record Key(
      String traversal, String restriction, String order, Window window, String query) {}

  private static Predicate<Item> traversed(String traversal) {
    return switch (traversal) {
      case "Associated" -> Item::isAssociated;
      // What is soft-deleted is in Recoverable Items, and no longer in its folder.
      case "SoftDeleted" -> _ -> false;
      default -> item -> !item.isAssociated();
    };
  }

  /** Advanced queries are read as words, all of which must occur (assumed). */
  private static Predicate<Item> queried(String query, ItemProperties properties) {
    if (query.isEmpty()) {
      return _ -> true;
    }
    List<String> words = List.of(query.toLowerCase(Locale.ROOT).split("[\\s:\"()]+"));
    return item -> {
      String text =
          (item.subject()
                  + ' '
                  + Bodies.text(item)
                  + ' '
                  + properties.of(item, "DisplayTo").map(it -> it.text()).orElse(""))
              .toLowerCase(Locale.ROOT);
      return words.stream()
          .filter(it -> !List.of("subject", "body", "to", "and").contains(it))
          .allMatch(text::contains);
    };
  }

  /** The time that a calendar view shows; all of it where none is asked for. */
  private record Window(Optional<Instant> start, Optional<Instant> end) {

    static Window of(Call call) throws EwsFault {
      Optional<Element> view = call.child("CalendarView");
      if (view.isEmpty()) {
        return new Window(Optional.empty(), Optional.empty());
      }
      Optional<Instant> start = Values.instant(view.get().getAttribute("StartDate"));
      Optional<Instant> end = Values.instant(view.get().getAttribute("EndDate"));
      if (start.isEmpty() || end.isEmpty()) {
        throw EwsFault.schema(
            view.get(),
            "The 'StartDate' or 'EndDate' attribute is invalid according to its datatype.");
      }
      if (end.get().isBefore(start.get())) {
        throw new EwsFault(
            "ErrorCalendarEndDateIsEarlierThanStartDate", "EndDate is earlier than StartDate.");
      }
      return new Window(start, end);
    }

    boolean holds(Item item) {
      if (start.isEmpty() || end.isEmpty()) {
        return true;
      }
      Optional<Instant> begins = item.content().text("Start").flatMap(Values::instant);
      Optional<Instant> ends = item.content().text("End").flatMap(Values::instant);
      return item.content().type() == ItemType.CALENDAR_ITEM
          && begins.isPresent()
          && ends.isPresent()
          && begins.get().isBefore(end.get())
          && ends.get().isAfter(start.get());
    }
  }
}
