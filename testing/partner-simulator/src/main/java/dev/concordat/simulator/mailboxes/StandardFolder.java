package dev.concordat.simulator.mailboxes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The folders that a mailbox has from the start, and the names that clients know them by whatever
 * its language (types.xsd {@code DistinguishedFolderIdNameType}).
 *
 * @param number its number in every mailbox
 * @param id the distinguished id
 * @param parent the distinguished id of the folder that it is in; empty for the root
 * @param displayName its English name
 * @param folderClass its class
 */
record StandardFolder(
    long number, String id, String parent, String displayName, String folderClass) {

  /** The class of Conversation History; not documented, assumed. */
  static final String CONVERSATION_CLASS = "IPF.Note.Microsoft.Conversation";

  /** None of them has a higher number. */
  static final long LAST_NUMBER = 99;

  private static final Map<String, StandardFolder> ALL = new LinkedHashMap<>();

  static {
    add("root", "", "", "IPF.Note");
    add("msgfolderroot", "root", "Top of Information Store", "IPF.Note");
    add("searchfolders", "root", "Finder", "IPF.Note");
    add("todosearch", "root", "To-Do Search", "IPF.Task");
    add("recoverableitemsroot", "root", "Recoverable Items", "IPF.Note");
    add("recoverableitemsdeletions", "recoverableitemsroot", "Deletions", "IPF.Note");
    add("recoverableitemspurges", "recoverableitemsroot", "Purges", "IPF.Note");
    add("recoverableitemsversions", "recoverableitemsroot", "Versions", "IPF.Note");
    add("inbox", "msgfolderroot", "Inbox", "IPF.Note");
    add("drafts", "msgfolderroot", "Drafts", "IPF.Note");
    add("sentitems", "msgfolderroot", "Sent Items", "IPF.Note");
    add("deleteditems", "msgfolderroot", "Deleted Items", "IPF.Note");
    add("outbox", "msgfolderroot", "Outbox", "IPF.Note");
    add("junkemail", "msgfolderroot", "Junk Email", "IPF.Note");
    add("archive", "msgfolderroot", "Archive", "IPF.Note");
    add("calendar", "msgfolderroot", "Calendar", "IPF.Appointment");
    add("contacts", "msgfolderroot", "Contacts", "IPF.Contact");
    add("tasks", "msgfolderroot", "Tasks", "IPF.Task");
    add("notes", "msgfolderroot", "Notes", "IPF.StickyNote");
    add("journal", "msgfolderroot", "Journal", "IPF.Journal");
    add("recipientcache", "contacts", "Recipient Cache", "IPF.Contact.RecipientCache");
    add(
        "quickcontacts",
        "contacts",
        "Skype for Business Contacts",
        "IPF.Contact.MOC.QuickContacts");
    add("imcontactlist", "contacts", "IM Contact List", "IPF.Contact.MOC.ImContactList");
    add("conversationhistory", "msgfolderroot", "Conversation History", CONVERSATION_CLASS);
  }

  private static void add(String id, String parent, String name, String folderClass) {
    ALL.put(id, new StandardFolder(ALL.size() + 1, id, parent, name, folderClass));
  }

  /** Those that a new mailbox has, parents first. */
  static List<StandardFolder> atFirst() {
    return ALL.values().stream().filter(it -> !it.isMadeWhenAskedFor()).toList();
  }

  static Optional<StandardFolder> of(String id) {
    return Optional.ofNullable(ALL.get(id));
  }

  /** The product makes this one when it is first asked for (assumed). */
  boolean isMadeWhenAskedFor() {
    return id.equals("conversationhistory");
  }
}
