package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.ImContactList;
import dev.concordat.simulator.mailboxes.ImContactList.Contact;
import dev.concordat.simulator.mailboxes.ImContactList.Group;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.StoreId;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * The unified contact store: a user's IM contacts and their groups. Unlike other operations, these
 * have their status on the response itself (ews.md 5).
 */
final class ImContactOperations {

  private ImContactOperations() {}

  /** One of them. */
  private interface Work {
    Message answer(Call call, ImContactList list) throws EwsError, EwsFault;
  }

  static void register(Map<String, Call.Operation> operations) {
    operations.put("GetImItemList", whole(ImContactOperations::all));
    operations.put("GetImItems", whole(ImContactOperations::some));
    operations.put("AddImGroup", whole(ImContactOperations::addGroup));
    operations.put("SetImGroup", whole(ImContactOperations::setGroup));
    operations.put("RemoveImGroup", whole(ImContactOperations::removeGroup));
    operations.put("AddNewImContactToGroup", whole(ImContactOperations::addNewContact));
    operations.put("AddNewTelUriContactToGroup", whole(ImContactOperations::addPhone));
    operations.put("AddImContactToGroup", whole(ImContactOperations::addContact));
    operations.put("RemoveImContactFromGroup", whole(ImContactOperations::removeFromGroup));
    operations.put("RemoveContactFromImList", whole(ImContactOperations::removeContact));
    operations.put(
        "AddDistributionGroupToImList", whole(ImContactOperations::addDistributionGroup));
    operations.put("RemoveDistributionGroupFromImList", whole(ImContactOperations::removeGroup));
  }

  private static Call.Operation whole(Work work) {
    return call ->
        new Response.Whole(Call.attempt(() -> work.answer(call, call.mailbox().imContacts())));
  }

  private static Message all(Call call, ImContactList list) {
    return list(list.groups(), list.contacts(), call.mailbox());
  }

  private static Message some(Call call, ImContactList list) {
    Set<Long> contacts = numbers(call, "ContactIds", StoreId.Kind.CONVERSATION);
    Set<Long> groups = numbers(call, "GroupIds", StoreId.Kind.ITEM);
    return list(
        list.groups().stream().filter(it -> groups.contains(it.number())).toList(),
        list.contacts().stream().filter(it -> contacts.contains(it.number())).toList(),
        call.mailbox());
  }

  private static Set<Long> numbers(Call call, String name, StoreId.Kind kind) {
    return call.child(name).stream()
        .flatMap(it -> Xml.children(it).stream())
        .flatMap(it -> call.ids().number(it, kind).stream())
        .collect(Collectors.toSet());
  }

  private static Message list(
      Collection<Group> groups, Collection<Contact> contacts, Mailbox mailbox) {
    return Message.success(
        out ->
            out.element(
                "m:ImItemList",
                it -> {
                  if (!groups.isEmpty()) {
                    it.element(
                        "t:Groups",
                        all -> {
                          for (Group group : groups) {
                            group(all, "t:ImGroup", group, mailbox);
                          }
                        });
                  }
                  if (!contacts.isEmpty()) {
                    it.element(
                        "t:Personas",
                        all -> {
                          for (Contact contact : contacts) {
                            persona(all, "t:Persona", contact, mailbox);
                          }
                        });
                  }
                }));
  }

  private static void group(Xml.Writer out, String name, Group group, Mailbox mailbox)
      throws XMLStreamException {
    out.element(
        name,
        it -> {
          it.text("t:DisplayName", group.displayName());
          it.text("t:GroupType", group.type());
          it.element(
              "t:ExchangeStoreId",
              id ->
                  id.attribute(
                      "Id", new StoreId(StoreId.Kind.ITEM, mailbox.guid(), group.number()).text()));
          if (!group.members().isEmpty()) {
            it.element(
                "t:MemberCorrelationKey",
                all -> {
                  for (long member : group.members()) {
                    all.element("t:ItemId", id -> id.attribute("Id", id(member, mailbox)));
                  }
                });
          }
          if (!group.smtpAddress().isEmpty()) {
            it.text("t:SmtpAddress", group.smtpAddress());
          }
        });
  }

  private static void persona(Xml.Writer out, String name, Contact contact, Mailbox mailbox)
      throws XMLStreamException {
    out.element(
        name,
        it -> {
          it.element("t:PersonaId", id -> id.attribute("Id", id(contact.number(), mailbox)));
          it.text("t:PersonaType", "Person");
          it.text("t:DisplayName", contact.displayName());
          it.text("t:ImAddress", contact.imAddress());
        });
  }

  private static String id(long contact, Mailbox mailbox) {
    return new StoreId(StoreId.Kind.CONVERSATION, mailbox.guid(), contact).text();
  }

  private static Message addGroup(Call call, ImContactList list) throws EwsError, EwsFault {
    String name = text(call.required("DisplayName"));
    requireFree(list, name);
    Group made = list.addGroup(name, ImContactList.USER_GROUP, "");
    return Message.success(out -> group(out, "m:ImGroup", made, call.mailbox()));
  }

  private static void requireFree(ImContactList list, String name) throws EwsError {
    if (list.isTaken(name)) {
      throw new EwsError(
          "ErrorImGroupDisplayNameAlreadyExists",
          "An IM group with the specified display name already exists.");
    }
    if (list.hasAllGroups()) {
      throw new EwsError(
          "ErrorImGroupLimitReached", "The maximum number of IM groups has been reached.");
    }
  }

  private static Message setGroup(Call call, ImContactList list) throws EwsError, EwsFault {
    Group group = group(call, list);
    String name = text(call.required("NewDisplayName"));
    if (!group.displayName().equalsIgnoreCase(name)) {
      requireFree(list, name);
    }
    list.rename(group, name);
    return Message.success();
  }

  private static Message removeGroup(Call call, ImContactList list) throws EwsError, EwsFault {
    list.remove(group(call, list));
    return Message.success();
  }

  private static Message addNewContact(Call call, ImContactList list) throws EwsError, EwsFault {
    String address = text(call.required("ImAddress"));
    return added(
        call,
        list,
        address,
        call.child("DisplayName").map(ImContactOperations::text).orElse(address));
  }

  private static Message addPhone(Call call, ImContactList list) throws EwsError, EwsFault {
    String uri = text(call.required("TelUriAddress"));
    call.required("ImContactSipUriAddress");
    return added(call, list, uri, text(call.required("ImTelephoneNumber")));
  }

  private static Message added(Call call, ImContactList list, String address, String name)
      throws EwsError {
    if (list.isFull()) {
      throw new EwsError(
          "ErrorImContactLimitReached", "The maximum number of IM contacts has been reached.");
    }
    Group group = groupOrOthers(call, list);
    Contact made = list.contact(address, name);
    list.join(made, group);
    return Message.success(out -> persona(out, "m:Persona", made, call.mailbox()));
  }

  private static Message addContact(Call call, ImContactList list) throws EwsError, EwsFault {
    Contact contact = contact(call, list);
    list.join(contact, groupOrOthers(call, list));
    return Message.success();
  }

  private static Message removeFromGroup(Call call, ImContactList list) throws EwsError, EwsFault {
    Contact contact = contact(call, list);
    list.leave(contact, group(call, list));
    return Message.success();
  }

  private static Message removeContact(Call call, ImContactList list) throws EwsError, EwsFault {
    list.remove(contact(call, list));
    return Message.success();
  }

  private static Message addDistributionGroup(Call call, ImContactList list)
      throws EwsError, EwsFault {
    String address = text(call.required("SmtpAddress"));
    String name = text(call.required("DisplayName"));
    if (!address.contains("@")) {
      throw new EwsError(
          "ErrorInvalidImDistributionGroupSmtpAddress",
          "The SMTP address of the distribution group is invalid.");
    }
    requireFree(list, name);
    Group made = list.addGroup(name, ImContactList.DISTRIBUTION_GROUP, address);
    return Message.success(out -> group(out, "m:ImGroup", made, call.mailbox()));
  }

  private static Group group(Call call, ImContactList list) throws EwsError, EwsFault {
    return call.ids()
        .number(call.required("GroupId"), StoreId.Kind.ITEM)
        .flatMap(list::group)
        .orElseThrow(() -> new EwsError("ErrorInvalidImGroupId", "The IM group ID is invalid."));
  }

  private static Group groupOrOthers(Call call, ImContactList list) throws EwsError {
    Optional<Element> named = call.child("GroupId");
    if (named.isEmpty()) {
      return list.otherContacts();
    }
    return call.ids()
        .number(named.get(), StoreId.Kind.ITEM)
        .flatMap(list::group)
        .orElseThrow(() -> new EwsError("ErrorInvalidImGroupId", "The IM group ID is invalid."));
  }

  private static Contact contact(Call call, ImContactList list) throws EwsError, EwsFault {
    return call.ids()
        .number(call.required("ContactId"), StoreId.Kind.CONVERSATION)
        .flatMap(list::contact)
        .orElseThrow(
            () -> new EwsError("ErrorInvalidImContactId", "The IM contact ID is invalid."));
  }

  private static String text(Element element) {
    return element.getTextContent().strip();
  }
}
