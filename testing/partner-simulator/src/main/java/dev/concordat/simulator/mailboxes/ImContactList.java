package dev.concordat.simulator.mailboxes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The IM contacts that a user's client keeps in the mailbox, in groups: the unified contact store.
 * The mailbox guards it.
 */
public final class ImContactList {

  /** The most contacts and groups that the product keeps (assumed from Lync's own limits). */
  private static final int MOST_CONTACTS = 1000;

  private static final int MOST_GROUPS = 64;

  private static final String FAVORITES = "IPM.DistList.MOC.Favorites";
  private static final String OTHER_CONTACTS = "IPM.DistList.MOC.OtherContacts";

  /** Groups that a user made. */
  public static final String USER_GROUP = "IPM.DistList.MOC.UserGroup";

  /** Groups of the directory. */
  public static final String DISTRIBUTION_GROUP = "IPM.DistList.MOC.DG";

  private final LongSupplier numbers;
  private final Map<Long, Group> groups = new LinkedHashMap<>();
  private final Map<Long, Contact> contacts = new LinkedHashMap<>();

  ImContactList(LongSupplier numbers) {
    this.numbers = numbers;
  }

  /**
   * A contact.
   *
   * @param number which one
   * @param imAddress where it is reached
   * @param displayName its name
   */
  public record Contact(long number, String imAddress, String displayName) {}

  /**
   * A group of contacts.
   *
   * @param number which one
   * @param displayName its name
   * @param type what kind of group
   * @param smtpAddress the address of a group of the directory; empty otherwise
   * @param members the numbers of its contacts
   */
  public record Group(
      long number, String displayName, String type, String smtpAddress, Set<Long> members) {}

  /** All groups. */
  public Collection<Group> groups() {
    return List.copyOf(groups.values());
  }

  /** All contacts. */
  public Collection<Contact> contacts() {
    return List.copyOf(contacts.values());
  }

  /** A group. */
  public Optional<Group> group(long number) {
    return Optional.ofNullable(groups.get(number));
  }

  /** A contact. */
  public Optional<Contact> contact(long number) {
    return Optional.ofNullable(contacts.get(number));
  }

  /** The group of those that are in no other. */
  public Group otherContacts() {
    return groups.values().stream()
        .filter(it -> it.type().equals(OTHER_CONTACTS))
        .findFirst()
        .orElseGet(() -> keep("Other Contacts", OTHER_CONTACTS, ""));
  }

  /** The group of those that a user likes best. */
  public Group favorites() {
    return groups.values().stream()
        .filter(it -> it.type().equals(FAVORITES))
        .findFirst()
        .orElseGet(() -> keep("Favorites", FAVORITES, ""));
  }

  /** Whether a group has this name. */
  public boolean isTaken(String displayName) {
    return groups.values().stream().anyMatch(it -> it.displayName().equalsIgnoreCase(displayName));
  }

  /** Whether no further contact has room. */
  public boolean isFull() {
    return contacts.size() >= MOST_CONTACTS;
  }

  /** Whether no further group has room. */
  public boolean hasAllGroups() {
    return groups.size() >= MOST_GROUPS;
  }

  /** Makes a group. */
  public Group addGroup(String displayName, String type, String smtpAddress) {
    return keep(displayName, type, smtpAddress);
  }

  /** Gives a group another name. */
  public void rename(Group group, String displayName) {
    groups.put(
        group.number(),
        new Group(group.number(), displayName, group.type(), group.smtpAddress(), group.members()));
  }

  /** Removes a group, and contacts that were in no other. */
  public void remove(Group group) {
    groups.remove(group.number());
    new ArrayList<>(group.members()).forEach(this::removeIfHomeless);
  }

  /** The contact of an address, made where there is none. */
  public Contact contact(String imAddress, String displayName) {
    return contacts.values().stream()
        .filter(it -> it.imAddress().equalsIgnoreCase(imAddress))
        .findFirst()
        .orElseGet(
            () -> {
              var made = new Contact(numbers.getAsLong(), imAddress, displayName);
              contacts.put(made.number(), made);
              return made;
            });
  }

  /** Puts a contact into a group. */
  public void join(Contact contact, Group group) {
    group.members().add(contact.number());
  }

  /** Takes a contact out of a group, and away where it was the last. */
  public void leave(Contact contact, Group group) {
    group.members().remove(contact.number());
    removeIfHomeless(contact.number());
  }

  /** Takes a contact out of all groups, and away. */
  public void remove(Contact contact) {
    groups.values().forEach(it -> it.members().remove(contact.number()));
    contacts.remove(contact.number());
  }

  private void removeIfHomeless(long contact) {
    if (groups.values().stream().noneMatch(it -> it.members().contains(contact))) {
      contacts.remove(contact);
    }
  }

  private Group keep(String displayName, String type, String smtpAddress) {
    var group =
        new Group(numbers.getAsLong(), displayName, type, smtpAddress, new LinkedHashSet<>());
    groups.put(group.number(), group);
    return group;
  }
}
