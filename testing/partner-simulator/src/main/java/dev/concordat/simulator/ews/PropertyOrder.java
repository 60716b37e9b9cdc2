package dev.concordat.simulator.ews;

import dev.concordat.simulator.mailboxes.ItemType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The order in which items and folders carry their properties on the wire (types.xsd; ews.md 8).
 * Only what this simulator can have is listed.
 */
final class PropertyOrder {

  private static final String ANY_ITEM =
      """
      MimeContent ItemId ParentFolderId ItemClass Subject Sensitivity Body Attachments
      DateTimeReceived Size Categories Importance InReplyTo IsSubmitted IsDraft IsFromMe IsResend
      IsUnmodified InternetMessageHeaders DateTimeSent DateTimeCreated ResponseObjects ReminderDueBy
      ReminderIsSet ReminderNextTime ReminderMinutesBeforeStart DisplayCc DisplayTo DisplayBcc
      HasAttachments ExtendedProperty Culture EffectiveRights LastModifiedName LastModifiedTime
      IsAssociated WebClientReadFormQueryString WebClientEditFormQueryString ConversationId
      UniqueBody Flag StoreEntryId InstanceKey NormalizedBody PolicyTag ArchiveTag RetentionDate
      Preview TextBody IconIndex SearchKey
      """;

  private static final String MESSAGE =
      """
      Sender ToRecipients CcRecipients BccRecipients IsReadReceiptRequested
      IsDeliveryReceiptRequested ConversationIndex ConversationTopic From InternetMessageId IsRead
      IsResponseRequested References ReplyTo ReceivedBy ReceivedRepresenting
      """;

  private static final String CALENDAR_ITEM =
      """
      UID RecurrenceId DateTimeStamp Start End OriginalStart IsAllDayEvent LegacyFreeBusyStatus
      Location When IsMeeting IsCancelled IsRecurring MeetingRequestWasSent IsResponseRequested
      CalendarItemType MyResponseType Organizer RequiredAttendees OptionalAttendees Resources
      ConflictingMeetingCount AdjacentMeetingCount Duration TimeZone AppointmentReplyTime
      AppointmentSequenceNumber AppointmentState Recurrence FirstOccurrence LastOccurrence
      ModifiedOccurrences DeletedOccurrences MeetingTimeZone StartTimeZone EndTimeZone
      ConferenceType AllowNewTimeProposal IsOnlineMeeting MeetingWorkspaceUrl NetShowUrl
      """;

  private static final String CONTACT =
      """
      FileAs FileAsMapping DisplayName GivenName Initials MiddleName Nickname CompleteName
      CompanyName EmailAddresses PhysicalAddresses PhoneNumbers AssistantName Birthday
      BusinessHomePage Children Companies ContactSource Department Generation ImAddresses JobTitle
      Manager Mileage OfficeLocation PostalAddressIndex Profession SpouseName Surname
      WeddingAnniversary HasPicture PhoneticFullName PhoneticFirstName PhoneticLastName Alias Notes
      Photo UserSMIMECertificate MSExchangeCertificate DirectoryId ManagerMailbox DirectReports
      """;

  private static final String DISTRIBUTION_LIST = "DisplayName FileAs ContactSource Members";

  private static final String TASK =
      """
      ActualWork AssignedTime BillingInformation ChangeCount Companies CompleteDate Contacts
      DelegationState Delegator DueDate IsAssignmentEditable IsComplete IsRecurring IsTeamTask
      Mileage Owner PercentComplete Recurrence StartDate Status StatusDescription TotalWork
      """;

  private static final String POST_ITEM =
      """
      ConversationIndex ConversationTopic From InternetMessageId IsRead PostedTime References Sender
      """;

  private static final String FOLDER =
      """
      FolderId ParentFolderId FolderClass DisplayName TotalCount ChildFolderCount ExtendedProperty
      ManagedFolderInformation EffectiveRights DistinguishedFolderId PolicyTag ArchiveTag
      ReplicaList PermissionSet UnreadCount
      """;

  private static final Map<ItemType, List<String>> BY_TYPE = new EnumMap<>(ItemType.class);

  static {
    BY_TYPE.put(ItemType.ITEM, words(ANY_ITEM));
    BY_TYPE.put(ItemType.MESSAGE, words(ANY_ITEM, MESSAGE));
    BY_TYPE.put(ItemType.CALENDAR_ITEM, words(ANY_ITEM, CALENDAR_ITEM));
    BY_TYPE.put(ItemType.CONTACT, words(ANY_ITEM, CONTACT));
    BY_TYPE.put(ItemType.DISTRIBUTION_LIST, words(ANY_ITEM, DISTRIBUTION_LIST));
    BY_TYPE.put(ItemType.TASK, words(ANY_ITEM, TASK));
    BY_TYPE.put(ItemType.POST_ITEM, words(ANY_ITEM, POST_ITEM));
  }

  private static final Set<String> ALL = new HashSet<>();

  static {
    BY_TYPE.values().forEach(ALL::addAll);
    ALL.addAll(words(FOLDER));
  }

  private PropertyOrder() {}

  private static List<String> words(String... texts) {
    return Stream.of(texts).flatMap(it -> Arrays.stream(it.strip().split("\\s+"))).toList();
  }

  /** The properties of items of a type, in order. */
  static List<String> of(ItemType type) {
    return BY_TYPE.getOrDefault(type, List.of());
  }

  /** The properties of folders, in order. */
  static List<String> ofFolders() {
    return words(FOLDER);
  }

  /** Whether anything has a property of this name. */
  static boolean isProperty(String name) {
    return ALL.contains(name);
  }
}
