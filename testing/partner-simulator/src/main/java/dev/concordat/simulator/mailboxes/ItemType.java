package dev.concordat.simulator.mailboxes;

import java.util.Optional;

/** The types of items that a mailbox keeps, with the class that each has by default. */
public enum ItemType {
  MESSAGE("Message", "IPM.Note"),
  CALENDAR_ITEM("CalendarItem", "IPM.Appointment"),
  CONTACT("Contact", "IPM.Contact"),
  DISTRIBUTION_LIST("DistributionList", "IPM.DistList"),
  TASK("Task", "IPM.Task"),
  POST_ITEM("PostItem", "IPM.Post"),
  ITEM("Item", "IPM");

  private final String element;
  private final String itemClass;

  ItemType(String element, String itemClass) {
    this.element = element;
    this.itemClass = itemClass;
  }

  /** What it is called on the wire. */
  public String element() {
    return element;
  }

  /** Its class where none is given. */
  public String itemClass() {
    return itemClass;
  }

  /** The type of this name on the wire. */
  public static Optional<ItemType> of(String element) {
    for (ItemType type : values()) {
      if (type.element.equals(element)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
