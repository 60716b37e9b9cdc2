package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.ItemType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;

/**
 * Holds requests to the order and the names of elements that the schema has, without the schema
 * itself: where the product would refuse an element that stands in the wrong place, isn't known, or
 * is missing, so does this. Values are checked by the operations.
 */
final class RequestOrder implements RequestCheck {

  private static final String IDS = "FolderId|DistinguishedFolderId";
  private static final String ITEM_IDS =
      "ItemId|OccurrenceItemId|RecurringMasterItemId|RecurringMasterItemIdRanges";
  private static final String PATHS = "FieldURI|IndexedFieldURI|ExtendedFieldURI";
  private static final String COMPARED = PATHS + "! FieldURIOrConstant!";
  private static final String CONDITIONS =
      "Exists|Excludes|IsEqualTo|IsNotEqualTo|IsGreaterThan|IsGreaterThanOrEqualTo|IsLessThan"
          + "|IsLessThanOrEqualTo|Contains|Not|And|Or";
  private static final String ITEMS =
      "Item|Message|SharingMessage|CalendarItem|Contact|DistributionList|MeetingMessage"
          + "|MeetingRequest|MeetingResponse|MeetingCancellation|Task|PostItem|ReplyToItem"
          + "|ReplyAllToItem|ForwardItem|AcceptItem|TentativelyAcceptItem|DeclineItem"
          + "|CancelCalendarItem|RemoveItem|SuppressReadReceipt|PostReplyItem";
  private static final String FOLDERS =
      "Folder|CalendarFolder|ContactsFolder|SearchFolder|TasksFolder";

  /**
   * What stands in an element, in order: names, alternatives separated by a bar, a {@code !} after
   * what must be there. Elements that aren't listed are not looked into.
   */
  private static final Map<String, List<Place>> CONTENT = new HashMap<>();

  /** A place in an element's content. */
  private record Place(List<String> names, boolean required) {}

  static {
    put("GetFolder", "FolderShape! FolderIds!");
    put(
        "FindFolder",
        "FolderShape! IndexedPageFolderView|FractionalPageFolderView Restriction ParentFolderIds!");
    put("CreateFolder", "ParentFolderId! Folders!");
    put("UpdateFolder", "FolderChanges!");
    put("MoveFolder", "ToFolderId! FolderIds!");
    put("CopyFolder", "ToFolderId! FolderIds!");
    put("DeleteFolder", "FolderIds!");
    put("EmptyFolder", "FolderIds!");
    put("MarkAllItemsAsRead", "ReadFlag! SuppressReadReceipts! FolderIds!");
    put("CreateItem", "SavedItemFolderId Items!");
    put("GetItem", "ItemShape! ItemIds!");
    put(
        "FindItem",
        "ItemShape! IndexedPageItemView|FractionalPageItemView|SeekToConditionPageItemView|CalendarView|ContactsView"
            + " GroupBy|DistinguishedGroupBy Restriction SortOrder ParentFolderIds! QueryString");
    put("UpdateItem", "SavedItemFolderId ItemChanges!");
    put("SendItem", "ItemIds! SavedItemFolderId");
    put("MoveItem", "ToFolderId! ItemIds! ReturnNewItemIds");
    put("CopyItem", "ToFolderId! ItemIds! ReturnNewItemIds");
    put("DeleteItem", "ItemIds!");
    put("CreateAttachment", "ParentItemId! Attachments!");
    put("GetAttachment", "AttachmentShape AttachmentIds!");
    put("DeleteAttachment", "AttachmentIds!");
    put("ConvertId", "SourceIds!");
    put("ResolveNames", "ParentFolderIds UnresolvedEntry!");
    put("GetServerTimeZones", "Ids");
    put("SyncFolderHierarchy", "FolderShape! SyncFolderId SyncState");
    put(
        "SyncFolderItems",
        "ItemShape! SyncFolderId! SyncState Ignore MaxChangesReturned! SyncScope");
    put("GetUserConfiguration", "UserConfigurationName! UserConfigurationProperties!");
    put("CreateUserConfiguration", "UserConfiguration!");
    put("UpdateUserConfiguration", "UserConfiguration!");
    put("DeleteUserConfiguration", "UserConfigurationName!");
    put("UserConfiguration", "UserConfigurationName! ItemId Dictionary XmlData BinaryData");
    put(
        "Subscribe",
        "PullSubscriptionRequest|PushSubscriptionRequest|StreamingSubscriptionRequest!");
    put("PullSubscriptionRequest", "FolderIds EventTypes! Watermark Timeout!");
    put("StreamingSubscriptionRequest", "FolderIds EventTypes!");
    put("GetEvents", "SubscriptionId! Watermark!");
    put("GetStreamingEvents", "SubscriptionIds! ConnectionTimeout!");
    put("SubscriptionIds", "SubscriptionId");
    put("Unsubscribe", "SubscriptionId!");
    put("GetImItemList", "ExtendedProperties");
    put("GetImItems", "ContactIds GroupIds ExtendedProperties");
    put("AddImGroup", "DisplayName!");
    put("SetImGroup", "GroupId! NewDisplayName!");
    put("RemoveImGroup", "GroupId!");
    put("AddNewImContactToGroup", "ImAddress! DisplayName GroupId");
    put(
        "AddNewTelUriContactToGroup",
        "TelUriAddress! ImContactSipUriAddress! ImTelephoneNumber! GroupId");
    put("AddImContactToGroup", "ContactId! GroupId");
    put("RemoveImContactFromGroup", "ContactId! GroupId!");
    put("RemoveContactFromImList", "ContactId!");
    put("AddDistributionGroupToImList", "SmtpAddress! DisplayName!");
    put("RemoveDistributionGroupFromImList", "GroupId!");
    put("FolderShape", "BaseShape! AdditionalProperties");
    put(
        "ItemShape",
        "BaseShape! IncludeMimeContent BodyType UniqueBodyType NormalizedBodyType FilterHtmlContent"
            + " ConvertHtmlCodePageToUTF8 InlineImageUrlTemplate BlockExternalImages"
            + " AddBlankTargetToLinks MaximumBodySize AdditionalProperties");
    put("AdditionalProperties", PATHS);
    put("FolderIds", IDS);
    put("ParentFolderIds", IDS);
    put("ParentFolderId", IDS + "!");
    put("ToFolderId", IDS + "!");
    put("SavedItemFolderId", IDS + "|AddressListId!");
    put("SyncFolderId", IDS + "!");
    put("UserConfigurationName", IDS + "!");
    put("DistinguishedFolderId", "Mailbox");
    put("ItemIds", ITEM_IDS);
    put("SourceIds", "AlternateId|AlternatePublicFolderId|AlternatePublicFolderItemId");
    put("Items", ITEMS);
    put("Folders", FOLDERS);
    put("ItemChanges", "ItemChange");
    put("ItemChange", ITEM_IDS + "! Updates! CalendarActivityData");
    put("FolderChanges", "FolderChange");
    put("FolderChange", IDS + "! Updates!");
    put(
        "Updates",
        "AppendToItemField|SetItemField|DeleteItemField|AppendToFolderField|SetFolderField"
            + "|DeleteFolderField");
    put("SetItemField", PATHS + "! " + ITEMS + "!");
    put("AppendToItemField", PATHS + "! " + ITEMS + "!");
    put("DeleteItemField", PATHS + "!");
    put("SetFolderField", PATHS + "! " + FOLDERS + "!");
    put("DeleteFolderField", PATHS + "!");
    put("ExtendedProperty", "ExtendedFieldURI! Value|Values!");
    put("Restriction", CONDITIONS + "!");
    put("And", CONDITIONS);
    put("Or", CONDITIONS);
    put("Not", CONDITIONS + "!");
    put("Exists", PATHS + "!");
    put("Contains", PATHS + "! Constant!");
    put("Excludes", PATHS + "! Bitmask!");
    put("IsEqualTo", COMPARED);
    put("IsNotEqualTo", COMPARED);
    put("IsGreaterThan", COMPARED);
    put("IsGreaterThanOrEqualTo", COMPARED);
    put("IsLessThan", COMPARED);
    put("IsLessThanOrEqualTo", COMPARED);
    put("FieldURIOrConstant", PATHS + "|Constant!");
    put("SortOrder", "FieldOrder");
    put("FieldOrder", PATHS + "!");
    put("FieldURI", "");
    put("ExtendedFieldURI", "");
    put("ItemId", "");
    put("FolderId", "");
    for (ItemType type : ItemType.values()) {
      put(type.element(), String.join(" ", PropertyOrder.of(type)));
    }
    put("Folder", String.join(" ", PropertyOrder.ofFolders()));
  }

  /** What may come more than once in its place. */
  private static final Set<String> REPEATED =
      Set.of(
          "AdditionalProperties",
          "FolderIds",
          "ParentFolderIds",
          "ItemIds",
          "SourceIds",
          "SubscriptionIds",
          "Items",
          "Folders",
          "ItemChanges",
          "FolderChanges",
          "Updates",
          "And",
          "Or",
          "SortOrder");

  private static void put(String element, String content) {
    var places = new ArrayList<Place>();
    for (String place : content.isEmpty() ? new String[0] : content.split(" ")) {
      boolean required = place.endsWith("!");
      String names = required ? place.substring(0, place.length() - 1) : place;
      places.add(new Place(List.of(names.split("\\|")), required));
    }
    CONTENT.put(element, List.copyOf(places));
  }

  @Override
  public void check(Element operation) throws EwsFault {
    if (!Soap.MESSAGES.equals(operation.getNamespaceURI())) {
      throw notExpected(operation, List.of());
    }
    content(operation);
  }

  private static void content(Element element) throws EwsFault {
    List<Place> places = CONTENT.get(element.getLocalName());
    if (places == null) {
      return;
    }
    boolean repeated = REPEATED.contains(element.getLocalName());
    int at = 0;
    boolean filled = false;
    List<Element> children = Xml.children(element);
    if (repeated && children.isEmpty()) {
      throw incomplete(element, expected(places, 0));
    }
    for (Element child : children) {
      Optional<Integer> place = place(places, child.getLocalName(), at);
      boolean again =
          place.isPresent()
              && place.get() == at
              && filled
              && !repeated
              && !child.getLocalName().equals("ExtendedProperty");
      if (place.isEmpty() || again) {
        throw notExpected(child, expected(places, filled ? at + 1 : at));
      }
      for (int skipped = filled ? at + 1 : at; skipped < place.get(); skipped++) {
        if (places.get(skipped).required()) {
          throw notExpected(child, expected(places, skipped));
        }
      }
      at = place.get();
      filled = true;
      content(child);
    }
    for (int missing = filled ? at + 1 : at; missing < places.size(); missing++) {
      if (places.get(missing).required()) {
        throw incomplete(element, expected(places, missing));
      }
    }
  }

  private static EwsFault incomplete(Element element, List<String> expected) {
    return EwsFault.schema(
        element,
        "The element '%s' in namespace '%s' has incomplete content. List of possible elements expected: '%s'."
            .formatted(
                element.getLocalName(), element.getNamespaceURI(), String.join(", ", expected)));
  }

  private static Optional<Integer> place(List<Place> places, String name, int from) {
    for (int i = from; i < places.size(); i++) {
      if (places.get(i).names().contains(name)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private static List<String> expected(List<Place> places, int from) {
    var expected = new ArrayList<String>();
    for (int i = from; i < places.size() && expected.size() < 8; i++) {
      expected.addAll(places.get(i).names());
      if (places.get(i).required()) {
        break;
      }
    }
    return expected.subList(0, Math.min(8, expected.size()));
  }

  private static EwsFault notExpected(Element child, List<String> expected) {
    String parent =
        child.getParentNode() instanceof Element element ? element.getLocalName() : "Body";
    return EwsFault.schema(
        child,
        "The element '%s' has invalid child element '%s' in namespace '%s'.%s"
            .formatted(
                parent,
                Call.shortened(child.getLocalName()),
                Call.shortened(String.valueOf(child.getNamespaceURI())),
                expected.isEmpty()
                    ? ""
                    : " List of possible elements expected: '%s'."
                        .formatted(String.join(", ", expected))));
  }
}
