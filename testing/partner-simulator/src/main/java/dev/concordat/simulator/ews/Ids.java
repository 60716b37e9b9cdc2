package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.StoreId;
import java.util.Locale;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * What the ids of requests lead to, for one caller. He acts for one user, and an id leads him to
 * nothing of another's mailbox: it isn't found there (ews.md 8).
 */
record Ids(Mailbox mailbox, SchemaVersion version) {

  /** The folder of a {@code FolderId} or {@code DistinguishedFolderId}. */
  Folder folder(Element id) throws EwsError, EwsFault {
    return switch (id.getLocalName()) {
      case "DistinguishedFolderId" -> distinguished(id);
      case "FolderId" -> {
        StoreId parsed = parse(id);
        requireKey(id);
        yield Optional.of(parsed)
            .filter(it -> it.kind() == StoreId.Kind.FOLDER && it.mailbox().equals(mailbox.guid()))
            .flatMap(it -> mailbox.folder(it.number()))
            .orElseThrow(EwsError::folderNotFound);
      }
      default ->
          throw EwsFault.schema(
              id,
              "The element '%s' in namespace '%s' is not expected."
                  .formatted(Call.shortened(id.getLocalName()), id.getNamespaceURI()));
    };
  }

  /** The folder of a target, which is an element around its id. */
  Folder target(Element around) throws EwsError, EwsFault {
    return folder(Call.onlyChild(around));
  }

  private Folder distinguished(Element id) throws EwsError, EwsFault {
    Optional<String> other = Xml.child(id, "Mailbox").flatMap(it -> Xml.text(it, "EmailAddress"));
    String name = id.getAttribute("Id");
    if (!name.toLowerCase(Locale.ROOT).equals(name) || !name.matches("[a-z]{1,40}")) {
      throw EwsFault.schema(
          id,
          "The 'Id' attribute is invalid - The value '%s' is invalid according to its datatype 'http://schemas.microsoft.com/exchange/services/2006/types:DistinguishedFolderIdNameType' - The Enumeration constraint failed."
              .formatted(Call.shortened(name)));
    }
    if (!version.knowsFolder(name)) {
      throw EwsFault.incorrectSchemaVersion();
    }
    if (other.isPresent() && !isOwn(other.get())) {
      // Whoever acts for one user has no rights in another's mailbox.
      throw EwsError.accessDenied();
    }
    return mailbox.distinguished(name).orElseThrow(EwsError::folderNotFound);
  }

  private boolean isOwn(String address) {
    String lower = address.strip().toLowerCase(Locale.ROOT);
    return lower.equals(mailbox.address()) || lower.equals("smtp:" + mailbox.address());
  }

  /** The item of an {@code ItemId}. */
  Item item(Element id) throws EwsError {
    StoreId parsed = parse(id);
    requireKey(id);
    return Optional.of(parsed)
        .filter(it -> it.kind() == StoreId.Kind.ITEM && it.mailbox().equals(mailbox.guid()))
        .flatMap(it -> mailbox.item(it.number()))
        .orElseThrow(EwsError::itemNotFound);
  }

  /** The number that the id of a thing of this mailbox names. */
  Optional<Long> number(Element id, StoreId.Kind kind) {
    return StoreId.parse(id.getAttribute("Id"))
        .filter(it -> it.kind() == kind && it.mailbox().equals(mailbox.guid()))
        .map(StoreId::number);
  }

  private static StoreId parse(Element id) throws EwsError {
    String value = id.getAttribute("Id");
    if (value.isEmpty()) {
      throw EwsError.emptyId();
    }
    return StoreId.parse(value).orElseThrow(EwsError::malformedId);
  }

  private static void requireKey(Element id) throws EwsError {
    String key = id.getAttribute("ChangeKey");
    if (!key.isEmpty() && StoreId.change(key).isEmpty()) {
      throw new EwsError("ErrorInvalidChangeKey", "The change key is invalid.");
    }
  }

  /** Whether a request knows an object as it is now; without a change key nobody can tell. */
  static boolean isStale(Element id, long change) {
    String key = id.getAttribute("ChangeKey");
    return !key.isEmpty() && StoreId.change(key).filter(it -> it >= 0 && it != change).isPresent();
  }
}
