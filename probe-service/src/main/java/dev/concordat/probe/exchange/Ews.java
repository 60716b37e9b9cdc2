package dev.concordat.probe.exchange;

import static dev.concordat.probe.exchange.Namespace.MESSAGES;
import static dev.concordat.probe.exchange.Namespace.SOAP;
import static dev.concordat.probe.exchange.Namespace.SOAP_12;
import static dev.concordat.probe.exchange.Namespace.TYPES;

import dev.concordat.diagnosis.Reply;
import dev.concordat.diagnosis.Shown;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The operations of Exchange Web Services that a probe uses, as requests and answers (EWS
 * reference; every request is valid by {@code messages.xsd}). {@code Exchange2013} is the oldest
 * version that knows the folder {@code conversationhistory} by name.
 */
public final class Ews {

  /** The class of what Skype for Business saves (vendor's retention cmdlets). */
  public static final String ITEM_CLASS = "IPM.Note.Microsoft.Conversation";

  /** What every probe's item is called. */
  public static final String SUBJECT = "Concordat probe";

  /** The property that every probe's item has, in the public strings. */
  public static final String MARKER = "ConcordatProbeId";

  /** The class that a folder is created with (assumed; readers accept {@code IPF.Note} too). */
  static final String FOLDER_CLASS = "IPF.Note.Microsoft.Conversation";

  private static final String VERSION = "Exchange2013";
  private static final String NO_ERROR = "NoError";

  private Ews() {}

  /** A folder by its distinguished name, in the mailbox of this address. */
  public static byte[] getFolder(String distinguishedId, String smtpAddress) {
    return envelope(
        m(
            "GetFolder",
            folderShape(),
            m(
                "FolderIds",
                t(
                        "DistinguishedFolderId",
                        t("Mailbox", XmlElement.of(TYPES, "EmailAddress", smtpAddress)))
                    .with("Id", distinguishedId))));
  }

  /**
   * The folders right under the root that have one of these names: for servers that don't know the
   * distinguished one.
   */
  public static byte[] findFolder(List<String> displayNames) {
    List<XmlElement> named =
        displayNames.stream().map(it -> equalTo(field("folder:DisplayName"), it)).toList();
    return envelope(
        m(
                "FindFolder",
                folderShape(),
                m("IndexedPageFolderView")
                    .with("MaxEntriesReturned", "10")
                    .with("Offset", "0")
                    .with("BasePoint", "Beginning"),
                m(
                    "Restriction",
                    named.size() == 1 ? named.getFirst() : XmlElement.of(TYPES, "Or", named)),
                m("ParentFolderIds", root()))
            .with("Traversal", "Shallow"));
  }

  /** A new folder of this name right under the root. */
  public static byte[] createFolder(String displayName) {
    return envelope(
        m(
            "CreateFolder",
            m("ParentFolderId", root()),
            m(
                "Folders",
                t(
                    "Folder",
                    XmlElement.of(TYPES, "FolderClass", FOLDER_CLASS),
                    XmlElement.of(TYPES, "DisplayName", displayName)))));
  }

  /** A probe's item with this marker; read and no draft, so that nobody's unread count moves. */
  public static byte[] createItem(String folderId, String marker) {
    return envelope(
        m(
                "CreateItem",
                m("SavedItemFolderId", id("FolderId", folderId)),
                m(
                    "Items",
                    t(
                        "Message",
                        XmlElement.of(TYPES, "ItemClass", ITEM_CLASS),
                        XmlElement.of(TYPES, "Subject", SUBJECT),
                        XmlElement.of(TYPES, "Body", "Server-to-server test item; safe to delete.")
                            .with("BodyType", "Text"),
                        extended(markerField(), marker),
                        // PR_MESSAGE_FLAGS, settable only now: not a draft.
                        extended(
                            t("ExtendedFieldURI")
                                .with("PropertyTag", "0x0E07")
                                .with("PropertyType", "Integer"),
                            "1"),
                        XmlElement.of(TYPES, "IsRead", "true"))))
            .with("MessageDisposition", "SaveOnly"));
  }

  /** An item's subject, class and marker. */
  public static byte[] getItem(String itemId) {
    return envelope(m("GetItem", itemShape(), m("ItemIds", id("ItemId", itemId))));
  }

  /** The items of a folder that have our marker, the oldest first. */
  public static byte[] findMarked(String folderId) {
    return find(folderId, t("Exists", markerField()));
  }

  /** The items of a folder with exactly this marker. */
  public static byte[] findMarked(String folderId, String marker) {
    return find(folderId, equalTo(markerField(), marker));
  }

  private static byte[] find(String folderId, XmlElement restriction) {
    return envelope(
        m(
                "FindItem",
                itemShape(),
                m("IndexedPageItemView")
                    .with("MaxEntriesReturned", "50")
                    .with("Offset", "0")
                    .with("BasePoint", "Beginning"),
                m("Restriction", restriction),
                m(
                    "SortOrder",
                    t("FieldOrder", field("item:DateTimeCreated")).with("Order", "Ascending")),
                m("ParentFolderIds", id("FolderId", folderId)))
            .with("Traversal", "Shallow"));
  }

  /** Removes items for good. */
  public static byte[] deleteItems(List<String> itemIds) {
    return envelope(
        m(
                "DeleteItem",
                XmlElement.of(
                    MESSAGES, "ItemIds", itemIds.stream().map(it -> id("ItemId", it)).toList()))
            .with("DeleteType", "HardDelete"));
  }

  /** The contact list of Skype for Business, groups and contacts. */
  public static byte[] getImItemList() {
    return envelope(m("GetImItemList"));
  }

  /** How much a contact list holds. */
  public record ContactList(int groups, int personas) {
    /** Whether there is nothing in it. */
    public boolean isEmpty() {
      return groups == 0 && personas == 0;
    }
  }

  /**
   * An answer.
   *
   * @param reply what it says
   * @param content the response message; absent where it did not do what was asked
   */
  public record Answer(Reply reply, @Nullable XmlElement content) {

    /** The id of the first folder, which is of a kind that keeps messages. */
    public Optional<String> folderId() {
      return elements("Folder")
          .filter(
              it -> it.textAt("FolderClass").map(its -> its.startsWith("IPF.Note")).orElse(true))
          .flatMap(it -> it.at("FolderId"))
          .flatMap(it -> it.attribute("Id"));
    }

    /** The id of the first folder, of whatever kind. */
    public Optional<String> anyFolderId() {
      XmlElement message = content;
      return message == null
          ? Optional.empty()
          : message
              .all()
              .filter(it -> it.is(TYPES, "FolderId"))
              .findFirst()
              .flatMap(it -> it.attribute("Id"));
    }

    /** How much the contact list holds. */
    public Optional<ContactList> contactList() {
      return Optional.ofNullable(content)
          .flatMap(it -> it.child("ImItemList"))
          .map(it -> new ContactList(count(it, "Groups"), count(it, "Personas")));
    }

    private static int count(XmlElement list, String name) {
      return list.child(name).map(it -> it.children().size()).orElse(0);
    }

    /** The id of the first item. */
    public Optional<String> itemId() {
      return items().stream().findFirst().map(Item::id);
    }

    /** The items that have an id. */
    public List<Item> items() {
      XmlElement message = content;
      return message == null
          ? List.of()
          : message
              .all()
              .filter(it -> it.at("ItemId").flatMap(id -> id.attribute("Id")).isPresent())
              .map(Item::of)
              .toList();
    }

    private Optional<XmlElement> elements(String name) {
      XmlElement message = content;
      return message == null
          ? Optional.empty()
          : message.all().filter(it -> it.is(TYPES, name)).findFirst();
    }
  }

  /**
   * An item, as far as a probe looks at it.
   *
   * @param id its id
   * @param subject its subject
   * @param itemClass its class
   * @param marker the value of our property
   * @param created when, by the server's clock
   */
  public record Item(
      String id,
      @Nullable String subject,
      @Nullable String itemClass,
      @Nullable String marker,
      @Nullable Instant created) {

    static Item of(XmlElement element) {
      return new Item(
          element.at("ItemId").flatMap(it -> it.attribute("Id")).orElseThrow(),
          element.textAt("Subject").orElse(null),
          element.textAt("ItemClass").orElse(null),
          element.children().stream()
              .filter(it -> it.is(TYPES, "ExtendedProperty"))
              .filter(
                  it ->
                      it.at("ExtendedFieldURI")
                          .flatMap(field -> field.attribute("PropertyName"))
                          .filter(MARKER::equals)
                          .isPresent())
              .findFirst()
              .flatMap(it -> it.textAt("Value"))
              .orElse(null),
          element.textAt("DateTimeCreated").flatMap(Item::instant).orElse(null));
    }

    private static Optional<Instant> instant(String text) {
      try {
        return Optional.of(OffsetDateTime.parse(text).toInstant());
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * Reads an answer: a response message or a fault, of SOAP 1.1 or 1.2, or something else.
   *
   * @param body as it came
   */
  public static Answer read(byte[] body) {
    XmlElement root;
    try {
      root = XmlElement.read(body);
    } catch (XmlElement.Unreadable e) {
      return new Answer(Reply.Foreign.of(body, Shown.text(String.valueOf(e.getMessage()))), null);
    }
    Optional<XmlElement> content =
        isEnvelope(root)
            ? root.child("Body").flatMap(it -> it.children().stream().findFirst())
            : Optional.empty();
    if (content.isEmpty()) {
      return new Answer(Reply.Foreign.of(body, "its root is " + Shown.text(root.name())), null);
    }
    if (content.get().name().equals("Fault")) {
      return new Answer(fault(content.get()), null);
    }
    // Some answers are a message themselves: GetImItemList's has no ResponseMessages.
    List<XmlElement> messages =
        content.get().attribute("ResponseClass").isPresent()
            ? List.of(content.get())
            : content.get().child("ResponseMessages").map(XmlElement::children).orElse(List.of());
    if (messages.isEmpty()) {
      return new Answer(new Reply.Foreign(Reply.Foreign.Form.XML, "it has no response"), null);
    }
    Predicate<XmlElement> failed =
        it ->
            it.attribute("ResponseClass").filter("Error"::equals).isPresent()
                || !it.textAt("ResponseCode").orElse(NO_ERROR).equals(NO_ERROR);
    return messages.stream()
        .filter(failed)
        .findFirst()
        .map(it -> new Answer(refusal(it), null))
        .orElseGet(() -> new Answer(new Reply.Done(), messages.getFirst()));
  }

  static boolean isEnvelope(XmlElement root) {
    return root.is(SOAP, "Envelope") || root.is(SOAP_12, "Envelope");
  }

  private static Reply.Refused refusal(XmlElement message) {
    return new Reply.Refused(
        Shown.text(message.textAt("ResponseCode").orElse("an error without a code")),
        Shown.text(message.textAt("MessageText").orElse("")),
        backOff(message));
  }

  /** {@code e:ResponseCode} tells most; else the fault code's local part. */
  static Reply.Refused fault(XmlElement fault) {
    String code =
        fault
            .textAt("detail", "ResponseCode")
            .or(() -> fault.textAt("Detail", "ResponseCode"))
            .or(() -> fault.textAt("Code", "Subcode", "Value").map(Ews::localPart))
            .or(() -> fault.textAt("faultcode").map(Ews::localPart))
            .or(() -> fault.textAt("Code", "Value").map(Ews::localPart))
            .orElse("a SOAP fault without a code");
    String message =
        fault
            .textAt("detail", "Message")
            .or(() -> fault.textAt("Detail", "Message"))
            .or(() -> fault.textAt("faultstring"))
            .or(() -> fault.textAt("Reason", "Text"))
            .orElse("");
    return new Reply.Refused(Shown.text(code), Shown.text(message), backOff(fault));
  }

  private static String localPart(String qualified) {
    return qualified.substring(qualified.lastIndexOf(':') + 1);
  }

  private static @Nullable Long backOff(XmlElement refused) {
    return refused
        .all()
        .filter(it -> it.name().equals("Value"))
        .filter(it -> it.attribute("Name").filter("BackOffMilliseconds"::equals).isPresent())
        .map(it -> it.text().strip())
        .filter(it -> it.matches("[0-9]{1,12}"))
        .map(Long::valueOf)
        .findFirst()
        .orElse(null);
  }

  private static byte[] envelope(XmlElement operation) {
    return XmlElement.of(
            SOAP,
            "Envelope",
            XmlElement.of(SOAP, "Header", t("RequestServerVersion").with("Version", VERSION)),
            XmlElement.of(SOAP, "Body", operation))
        .write();
  }

  private static XmlElement m(String name, XmlElement... children) {
    return XmlElement.of(MESSAGES, name, children);
  }

  private static XmlElement t(String name, XmlElement... children) {
    return XmlElement.of(TYPES, name, children);
  }

  private static XmlElement folderShape() {
    return m(
        "FolderShape",
        XmlElement.of(TYPES, "BaseShape", "IdOnly"),
        t("AdditionalProperties", field("folder:DisplayName"), field("folder:FolderClass")));
  }

  private static XmlElement itemShape() {
    return m(
        "ItemShape",
        XmlElement.of(TYPES, "BaseShape", "IdOnly"),
        t(
            "AdditionalProperties",
            field("item:Subject"),
            field("item:ItemClass"),
            field("item:DateTimeCreated"),
            markerField()));
  }

  private static XmlElement root() {
    return t("DistinguishedFolderId").with("Id", "msgfolderroot");
  }

  private static XmlElement id(String name, String id) {
    return t(name).with("Id", id);
  }

  private static XmlElement field(String uri) {
    return t("FieldURI").with("FieldURI", uri);
  }

  private static XmlElement markerField() {
    return t("ExtendedFieldURI")
        .with("DistinguishedPropertySetId", "PublicStrings")
        .with("PropertyName", MARKER)
        .with("PropertyType", "String");
  }

  private static XmlElement extended(XmlElement field, String value) {
    return t("ExtendedProperty", field, XmlElement.of(TYPES, "Value", value));
  }

  private static XmlElement equalTo(XmlElement field, String value) {
    return t("IsEqualTo", field, t("FieldURIOrConstant", t("Constant").with("Value", value)));
  }
}
