package dev.concordat.simulator.ews;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.trust.Admission;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * Exchange Web Services: the operations that work on folders and items, with the shapes, response
 * codes and faults of the product (EWS reference, types.xsd, messages.xsd; ews.md 2, 3).
 */
public final class ExchangeWebServices {

  private static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
  private static final String TYPES = "http://schemas.microsoft.com/exchange/services/2006/types";
  private static final String MESSAGES =
      "http://schemas.microsoft.com/exchange/services/2006/messages";
  private static final String ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors";
  private static final int MOST_FOUND = 1000;

  private static final Set<String> VERSIONS =
      Set.of(
          "Exchange2007",
          "Exchange2007_SP1",
          "Exchange2010",
          "Exchange2010_SP1",
          "Exchange2010_SP2",
          "Exchange2013",
          "Exchange2013_SP1",
          "Exchange2015",
          "Exchange2015_SP1",
          "Exchange2016",
          "V2015_10_05",
          "V2016_01_06",
          "V2016_04_13",
          "V2016_07_13",
          "V2016_10_10",
          "V2017_01_07",
          "V2017_04_14",
          "V2017_07_11");

  private final Mailboxes mailboxes;
  private final InstantSource clock;

  public ExchangeWebServices(Mailboxes mailboxes, InstantSource clock) {
    this.mailboxes = mailboxes;
    this.clock = clock;
  }

  /** The operation that a request asks for, for whoever matches faults to it; empty if none. */
  public static Optional<String> operation(byte[] request) {
    try {
      return Xml.child(Xml.read(request).getDocumentElement(), "Body")
          .flatMap(body -> Xml.children(body).stream().findFirst())
          .map(Element::getLocalName);
    } catch (Xml.Refused e) {
      return Optional.empty();
    }
  }

  /** Answers a request of somebody who was let in. */
  public HttpAnswer answer(byte[] request, Admission admission) {
    try {
      Element envelope = read(request);
      requireVersion(envelope);
      Mailbox mailbox = mailbox(envelope, admission);
      Element operation =
          Xml.child(envelope, "Body")
              .flatMap(body -> Xml.children(body).stream().findFirst())
              .orElseThrow(() -> new EwsFault("ErrorInvalidRequest", "The request is invalid."));
      return HttpAnswer.xml(200, envelope(body -> perform(body, operation, mailbox)));
    } catch (EwsFault fault) {
      return fault(fault.code(), String.valueOf(fault.getMessage()), Map.of());
    } catch (UncheckedFault fault) {
      return fault(fault.fault.code(), String.valueOf(fault.fault.getMessage()), Map.of());
    }
  }

  /** A fault that a whole request is answered with. */
  public static HttpAnswer fault(String code, String message, Map<String, String> values) {
    return HttpAnswer.xml(
        500,
        Xml.write(
            out ->
                out.element(
                    "s:Envelope",
                    envelope -> {
                      envelope.attribute("xmlns:s", SOAP);
                      envelope.element(
                          "s:Body",
                          body ->
                              body.element(
                                  "s:Fault",
                                  fault -> {
                                    fault.element(
                                        "faultcode",
                                        it ->
                                            it.attribute("xmlns:a", TYPES).characters("a:" + code));
                                    fault.element(
                                        "faultstring",
                                        it ->
                                            it.attribute("xml:lang", "en-US").characters(message));
                                    fault.element(
                                        "detail",
                                        detail -> {
                                          detail.element(
                                              "e:ResponseCode",
                                              it ->
                                                  it.attribute("xmlns:e", ERRORS).characters(code));
                                          detail.element(
                                              "e:Message",
                                              it ->
                                                  it.attribute("xmlns:e", ERRORS)
                                                      .characters(message));
                                          if (!values.isEmpty()) {
                                            detail.element(
                                                "t:MessageXml",
                                                it -> {
                                                  it.attribute("xmlns:t", TYPES);
                                                  for (var value : values.entrySet()) {
                                                    it.element(
                                                        "t:Value",
                                                        one ->
                                                            one.attribute("Name", value.getKey())
                                                                .characters(value.getValue()));
                                                  }
                                                });
                                          }
                                        });
                                  }));
                    })));
  }

  private static Element read(byte[] request) throws EwsFault {
    try {
      Element envelope = Xml.read(request).getDocumentElement();
      if (!envelope.getLocalName().equals("Envelope")) {
        throw new EwsFault("ErrorInvalidRequest", "The request is invalid.");
      }
      return envelope;
    } catch (Xml.Refused e) {
      throw new EwsFault(
          "ErrorSchemaValidation", "The request failed schema validation: " + e.getMessage());
    }
  }

  private static void requireVersion(Element envelope) throws EwsFault {
    Optional<String> version =
        Xml.at(envelope, "Header", "RequestServerVersion").map(it -> it.getAttribute("Version"));
    if (version.isEmpty() || VERSIONS.contains(version.get())) {
      return;
    }
    throw version.get().equals("Exchange2019")
        ? new EwsFault("ErrorInvalidRequest", "The request is invalid.")
        : new EwsFault("ErrorInvalidServerVersion", "The specified server version is invalid.");
  }

  /**
   * Whose mailbox this is about: the user's, or for an application the one that it impersonates.
   */
  private Mailbox mailbox(Element envelope, Admission admission) throws EwsFault {
    return switch (admission) {
      case Admission.ForUser(_, Mailbox mailbox) -> mailbox;
      case Admission.AppOnly(var application) -> {
        if (!application.type().has("ArchiveApplication")) {
          throw impersonationDenied();
        }
        Element who =
            Xml.at(envelope, "Header", "ExchangeImpersonation", "ConnectingSID")
                .flatMap(it -> Xml.children(it).stream().findFirst())
                .orElseThrow(ExchangeWebServices::impersonationDenied);
        yield mailboxes
            .find(who.getTextContent())
            .orElseThrow(
                () ->
                    new EwsFault(
                        "ErrorNonExistentMailbox",
                        "The SMTP address has no mailbox associated with it."));
      }
      case Admission.Refused _ -> throw impersonationDenied();
    };
  }

  private static EwsFault impersonationDenied() {
    return new EwsFault(
        "ErrorImpersonateUserDenied",
        "The account does not have permission to impersonate the requested user.");
  }

  /** A fault found while the answer was being written. */
  private static final class UncheckedFault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient EwsFault fault;

    UncheckedFault(EwsFault fault) {
      super(fault);
      this.fault = fault;
    }
  }

  private String envelope(Xml.Content body) {
    return Xml.write(
        out ->
            out.element(
                "s:Envelope",
                envelope -> {
                  envelope.attribute("xmlns:s", SOAP);
                  envelope.element(
                      "s:Header",
                      header ->
                          header.element(
                              "h:ServerVersionInfo",
                              it ->
                                  it.attribute("MajorVersion", "15")
                                      .attribute("MinorVersion", "2")
                                      .attribute("MajorBuildNumber", "1748")
                                      .attribute("MinorBuildNumber", "10")
                                      .attribute("Version", "V2017_07_11")
                                      .attribute("xmlns:h", TYPES)));
                  envelope.element("s:Body", body);
                }));
  }

  private void perform(Xml.Writer body, Element operation, Mailbox mailbox)
      throws XMLStreamException {
    String name = operation.getLocalName();
    List<Message> messages;
    try {
      messages =
          mailbox.alone(
              () -> {
                try {
                  return switch (name) {
                    case "GetFolder" -> getFolder(operation, mailbox);
                    case "FindFolder" -> findFolder(operation, mailbox);
                    case "CreateFolder" -> createFolder(operation, mailbox);
                    case "DeleteFolder" -> deleteFolder(operation, mailbox);
                    case "CreateItem" -> createItem(operation, mailbox);
                    case "GetItem" -> getItem(operation, mailbox);
                    case "FindItem" -> findItem(operation, mailbox);
                    case "DeleteItem" -> deleteItem(operation, mailbox);
                    default ->
                        throw new EwsFault(
                            "ErrorInvalidOperation",
                            "The operation " + name + " is not supported here.");
                  };
                } catch (EwsFault fault) {
                  throw new UncheckedFault(fault);
                }
              });
    } catch (UncheckedFault fault) {
      throw fault;
    }
    body.element(
        "m:" + name + "Response",
        response -> {
          response.attribute("xmlns:m", MESSAGES);
          response.attribute("xmlns:t", TYPES);
          response.element(
              "m:ResponseMessages",
              all -> {
                for (Message message : messages) {
                  message.write(all, name);
                }
              });
        });
  }

  /** One response message: a success with its payload, or an error. */
  private record Message(
      Optional<EwsError> error, Xml.Content payload, Optional<String> emptyPayload) {

    static Message success(Xml.Content payload) {
      return new Message(Optional.empty(), payload, Optional.empty());
    }

    static Message error(EwsError error, String emptyPayload) {
      return new Message(Optional.of(error), _ -> {}, Optional.of(emptyPayload));
    }

    static Message error(EwsError error) {
      return new Message(Optional.of(error), _ -> {}, Optional.empty());
    }

    void write(Xml.Writer out, String operation) throws XMLStreamException {
      out.element(
          "m:" + operation + "ResponseMessage",
          it -> {
            it.attribute("ResponseClass", error.isPresent() ? "Error" : "Success");
            if (error.isPresent()) {
              it.text("m:MessageText", String.valueOf(error.get().getMessage()));
              it.text("m:ResponseCode", error.get().code());
              it.text("m:DescriptiveLinkKey", "0");
              if (emptyPayload.isPresent()) {
                it.empty(emptyPayload.get());
              }
            } else {
              it.text("m:ResponseCode", "NoError");
              payload.write(it);
            }
          });
    }
  }

  private static List<Message> getFolder(Element operation, Mailbox mailbox) throws EwsFault {
    Shapes shape = Shapes.of(required(operation, "FolderShape"));
    var messages = new ArrayList<Message>();
    for (Element id : Xml.children(required(operation, "FolderIds"))) {
      try {
        Folder folder = folder(id, mailbox);
        messages.add(
            Message.success(
                out -> out.element("m:Folders", folders -> shape.write(folders, folder))));
      } catch (EwsError error) {
        messages.add(Message.error(error, "m:Folders"));
      }
    }
    return messages;
  }

  private static List<Message> findFolder(Element operation, Mailbox mailbox) throws EwsFault {
    Shapes shape = Shapes.of(required(operation, "FolderShape"));
    Optional<Element> restriction = Xml.child(operation, "Restriction");
    Predicate<Folder> matching =
        restriction.isPresent() ? Restriction.ofFolders(restriction.get()) : _ -> true;
    boolean deep = operation.getAttribute("Traversal").equals("Deep");
    var page = Page.of(operation, "IndexedPageFolderView");
    var messages = new ArrayList<Message>();
    for (Element id : Xml.children(required(operation, "ParentFolderIds"))) {
      try {
        var found = new ArrayList<Folder>();
        collect(folder(id, mailbox), deep, matching, found);
        List<Folder> shown = page.of(found);
        messages.add(
            Message.success(
                out ->
                    out.element(
                        "m:RootFolder",
                        root -> {
                          page.write(root, found.size(), shown.size());
                          root.element(
                              "t:Folders",
                              folders -> {
                                for (Folder folder : shown) {
                                  shape.write(folders, folder);
                                }
                              });
                        })));
      } catch (EwsError error) {
        messages.add(Message.error(error));
      }
    }
    return messages;
  }

  private static void collect(
      Folder parent, boolean deep, Predicate<Folder> matching, List<Folder> found) {
    for (Folder folder : parent.folders()) {
      if (matching.test(folder)) {
        found.add(folder);
      }
      if (deep) {
        collect(folder, true, matching, found);
      }
    }
  }

  private static List<Message> createFolder(Element operation, Mailbox mailbox) throws EwsFault {
    Element parentId = onlyChild(required(operation, "ParentFolderId"));
    var messages = new ArrayList<Message>();
    for (Element wanted : Xml.children(required(operation, "Folders"))) {
      try {
        Folder parent = folder(parentId, mailbox);
        String name = Xml.text(wanted, "DisplayName").orElse("");
        Folder made =
            mailbox
                .create(parent, name, Xml.text(wanted, "FolderClass").orElse("IPF.Note"))
                .orElseThrow(
                    () ->
                        new EwsError(
                            "ErrorFolderExists",
                            "A folder with the specified name already exists."));
        messages.add(
            Message.success(
                out ->
                    out.element(
                        "m:Folders",
                        folders ->
                            folders.element(
                                "t:Folder",
                                it -> Shapes.id(it, "t:FolderId", made.id(), made.changeKey())))));
      } catch (EwsError error) {
        messages.add(Message.error(error, "m:Folders"));
      }
    }
    return messages;
  }

  private static List<Message> deleteFolder(Element operation, Mailbox mailbox) throws EwsFault {
    var messages = new ArrayList<Message>();
    for (Element id : Xml.children(required(operation, "FolderIds"))) {
      try {
        Folder folder = folder(id, mailbox);
        if (folder.parent() == null) {
          throw new EwsError(
              "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.");
        }
        mailbox.delete(folder);
        messages.add(Message.success(_ -> {}));
      } catch (EwsError error) {
        messages.add(Message.error(error));
      }
    }
    return messages;
  }

  private List<Message> createItem(Element operation, Mailbox mailbox) throws EwsFault {
    Optional<Element> savedIn = Xml.child(operation, "SavedItemFolderId");
    var messages = new ArrayList<Message>();
    for (Element wanted : Xml.children(required(operation, "Items"))) {
      try {
        Folder folder =
            savedIn.isPresent()
                ? folder(onlyChild(savedIn.get()), mailbox)
                : mailbox.distinguished("drafts").orElseThrow(EwsError::folderNotFound);
        Item made = mailbox.create(folder, draft(wanted, folder), clock.instant());
        messages.add(
            Message.success(
                out ->
                    out.element(
                        "m:Items",
                        items ->
                            items.element(
                                "t:Message",
                                it -> Shapes.id(it, "t:ItemId", made.id(), made.changeKey())))));
      } catch (EwsError error) {
        messages.add(Message.error(error, "m:Items"));
      }
    }
    return messages;
  }

  private Item draft(Element wanted, Folder folder) {
    var extended = new HashMap<ExtendedProperty, String>();
    boolean unsent = true;
    for (Element property : Xml.children(wanted)) {
      if (property.getLocalName().equals("ExtendedProperty")) {
        Optional<Element> uri = Xml.child(property, "ExtendedFieldURI");
        if (uri.isPresent()) {
          ExtendedProperty name = Restriction.extended(uri.get());
          String value = Xml.text(property, "Value").orElse("");
          extended.put(name, value);
          // Message flags: 1 is read and no draft; they can only be set now.
          if (name.name().equalsIgnoreCase("0x0E07")) {
            unsent = !value.equals("1");
          }
        }
      }
    }
    Optional<Element> body = Xml.child(wanted, "Body");
    return new Item(
        "",
        "",
        folder.id(),
        Xml.text(wanted, "ItemClass").orElse("IPM.Note"),
        Xml.text(wanted, "Subject").orElse(""),
        body.map(Element::getTextContent).orElse(""),
        body.map(it -> it.getAttribute("BodyType").equals("HTML")).orElse(false),
        Xml.text(wanted, "IsRead").map(it -> it.equals("true") || it.equals("1")).orElse(true),
        unsent,
        extended,
        clock.instant());
  }

  private static List<Message> getItem(Element operation, Mailbox mailbox) throws EwsFault {
    Shapes shape = Shapes.of(required(operation, "ItemShape"));
    var messages = new ArrayList<Message>();
    for (Element id : Xml.children(required(operation, "ItemIds"))) {
      try {
        Item item = item(id, mailbox);
        messages.add(
            Message.success(
                out -> out.element("m:Items", items -> shape.write(items, item, true))));
      } catch (EwsError error) {
        messages.add(Message.error(error, "m:Items"));
      }
    }
    return messages;
  }

  private static List<Message> findItem(Element operation, Mailbox mailbox) throws EwsFault {
    Shapes shape = Shapes.of(required(operation, "ItemShape"));
    Optional<Element> restriction = Xml.child(operation, "Restriction");
    Predicate<Item> matching =
        restriction.isPresent() ? Restriction.ofItems(restriction.get()) : _ -> true;
    Optional<Element> order = Xml.at(operation, "SortOrder", "FieldOrder");
    var page = Page.of(operation, "IndexedPageItemView");
    var messages = new ArrayList<Message>();
    for (Element id : Xml.children(required(operation, "ParentFolderIds"))) {
      try {
        List<Item> found =
            folder(id, mailbox).items().stream().filter(matching).sorted(order(order)).toList();
        List<Item> shown = page.of(found);
        messages.add(
            Message.success(
                out ->
                    out.element(
                        "m:RootFolder",
                        root -> {
                          page.write(root, found.size(), shown.size());
                          root.element(
                              "t:Items",
                              items -> {
                                for (Item item : shown) {
                                  shape.write(items, item, false);
                                }
                              });
                        })));
      } catch (EwsError error) {
        messages.add(Message.error(error));
      }
    }
    return messages;
  }

  private static Comparator<Item> order(Optional<Element> order) {
    String field =
        order
            .flatMap(it -> Xml.child(it, "FieldURI"))
            .map(it -> it.getAttribute("FieldURI"))
            .orElse("");
    Comparator<Item> by =
        switch (field) {
          case "item:Subject" -> Comparator.comparing(Item::subject);
          case "" -> (_, _) -> 0;
          default -> Comparator.comparing(Item::created);
        };
    return order.map(it -> it.getAttribute("Order").equals("Descending")).orElse(false)
        ? by.reversed()
        : by;
  }

  private static List<Message> deleteItem(Element operation, Mailbox mailbox) throws EwsFault {
    String type = operation.getAttribute("DeleteType");
    if (!Set.of("HardDelete", "SoftDelete", "MoveToDeletedItems").contains(type)) {
      throw new EwsFault(
          "ErrorSchemaValidation",
          "The request failed schema validation: The 'DeleteType' attribute is invalid.");
    }
    var messages = new ArrayList<Message>();
    for (Element id : Xml.children(required(operation, "ItemIds"))) {
      try {
        Item item = item(id, mailbox);
        Optional<Folder> to =
            switch (type) {
              case "HardDelete" -> Optional.empty();
              case "SoftDelete" -> mailbox.distinguished("recoverableitemsdeletions");
              default -> mailbox.distinguished("deleteditems");
            };
        if (to.isPresent()) {
          mailbox.move(item, to.get());
        } else {
          mailbox.delete(item);
        }
        messages.add(Message.success(_ -> {}));
      } catch (EwsError error) {
        messages.add(Message.error(error));
      }
    }
    return messages;
  }

  @SuppressWarnings("RefactorSwitch") // several statements in its arms
  private static Folder folder(Element id, Mailbox mailbox) throws EwsError, EwsFault {
    switch (id.getLocalName()) {
      case "DistinguishedFolderId" -> {
        Optional<String> other =
            Xml.child(id, "Mailbox").flatMap(it -> Xml.text(it, "EmailAddress"));
        if (other.isPresent() && !other.get().equalsIgnoreCase(mailbox.address())) {
          // Whoever acts for one user has no rights in another's mailbox.
          throw new EwsError(
              "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
        }
        String name = id.getAttribute("Id");
        if (!name.matches("[a-z]{1,40}")) {
          throw new EwsFault(
              "ErrorSchemaValidation",
              "The request failed schema validation: The 'Id' attribute is invalid - The value '"
                  + (name.length() > 60 ? name.substring(0, 60) : name)
                  + "' is invalid according to its datatype.");
        }
        return mailbox.distinguished(name).orElseThrow(EwsError::folderNotFound);
      }
      case "FolderId" -> {
        String value = id.getAttribute("Id");
        if (value.isEmpty()) {
          throw new EwsError("ErrorInvalidIdEmpty", "The Id is empty.");
        }
        if (!Mailbox.isWellFormedId(value)) {
          throw EwsError.malformedId();
        }
        return mailbox.folder(value).orElseThrow(EwsError::folderNotFound);
      }
      default ->
          throw new EwsFault(
              "ErrorSchemaValidation",
              "The request failed schema validation: The element '"
                  + id.getLocalName()
                  + "' is not expected here.");
    }
  }

  private static Item item(Element id, Mailbox mailbox) throws EwsError {
    String value = id.getAttribute("Id");
    if (value.isEmpty()) {
      throw new EwsError("ErrorInvalidIdEmpty", "The Id is empty.");
    }
    if (!Mailbox.isWellFormedId(value)) {
      throw EwsError.malformedId();
    }
    return mailbox.item(value).orElseThrow(EwsError::itemNotFound);
  }

  private static Element required(Element parent, String name) throws EwsFault {
    return Xml.child(parent, name)
        .orElseThrow(
            () ->
                new EwsFault(
                    "ErrorSchemaValidation",
                    "The request failed schema validation: The element '%s' has incomplete content. '%s' is expected."
                        .formatted(parent.getLocalName(), name)));
  }

  private static Element onlyChild(Element parent) throws EwsFault {
    List<Element> children = Xml.children(parent);
    if (children.size() != 1) {
      throw new EwsFault(
          "ErrorSchemaValidation",
          "The request failed schema validation: The element '%s' has invalid content."
              .formatted(parent.getLocalName()));
    }
    return children.getFirst();
  }

  /** A page of what is found. */
  private record Page(int offset, int most) {

    static Page of(Element operation, String view) {
      Optional<Element> given = Xml.child(operation, view);
      return new Page(
          given.map(it -> number(it, "Offset", 0)).orElse(0),
          Math.min(
              given.map(it -> number(it, "MaxEntriesReturned", MOST_FOUND)).orElse(MOST_FOUND),
              MOST_FOUND));
    }

    private static int number(Element view, String name, int otherwise) {
      try {
        return Math.max(0, Integer.parseInt(view.getAttribute(name)));
      } catch (NumberFormatException e) {
        return otherwise;
      }
    }

    <T> List<T> of(List<T> found) {
      int from = Math.min(offset, found.size());
      return found.subList(from, (int) Math.min(from + (long) most, found.size()));
    }

    void write(Xml.Writer root, int total, int shown) throws XMLStreamException {
      int next = Math.min(offset, total) + shown;
      root.attribute("IndexedPagingOffset", Integer.toString(next));
      root.attribute("TotalItemsInView", Integer.toString(total));
      root.attribute("IncludesLastItemInRange", Boolean.toString(next >= total));
    }
  }
}
