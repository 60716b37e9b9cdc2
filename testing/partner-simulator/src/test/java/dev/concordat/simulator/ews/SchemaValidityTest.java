package dev.concordat.simulator.ews;

import static dev.concordat.simulator.ews.EwsClient.distinguished;
import static dev.concordat.simulator.ews.EwsClient.findItem;
import static dev.concordat.simulator.ews.EwsClient.getItem;
import static dev.concordat.simulator.ews.EwsClient.id;
import static dev.concordat.simulator.ews.EwsClient.itemIds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.concordat.simulator.AnswerStream;
import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.MailboxRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.transform.dom.DOMSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every operation, its successes and its errors, held against the schemas that the vendor
 * publishes: what is asked, and what is answered.
 */
class SchemaValidityTest {

  private static final String WELL_FORMED_BUT_UNKNOWN =
      Base64.getEncoder().encodeToString(unknownItem());

  private final EwsClient client = new EwsClient();
  private Schema schema;

  @BeforeEach
  void readSchemas() throws Exception {
    schema =
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
            .newSchema(EwsSchemas.orSkip().resolve("messages.xsd").toFile());
    client.services.govern(
        new EwsSettings(EwsSettings.Validation.SCHEMA, Optional.of(EwsSchemas.orSkip()), 0));
  }

  /** Asks, with the schema holding the request, and holds the answer to it too. */
  private HttpAnswer valid(String request) throws Xml.Refused {
    HttpAnswer answer = client.ask(request);
    assertThat(answer.status()).as(request + "\n" + answer.body()).isEqualTo(200);
    var payload = EwsClient.payload(answer);
    assertThatCode(() -> schema.newValidator().validate(new DOMSource(payload)))
        .as(request + "\n" + answer.body())
        .doesNotThrowAnyException();
    return answer;
  }

  private void validWith(String code, String request) throws Xml.Refused {
    assertThat(EwsClient.codes(EwsClient.payload(valid(request)))).as(request).contains(code);
  }

  @Test
  void folders() throws Exception {
    for (String shape : List.of("IdOnly", "Default", "AllProperties")) {
      validWith(
          "ErrorFolderNotFound",
          "<m:GetFolder><m:FolderShape><t:BaseShape>%s</t:BaseShape><t:AdditionalProperties>"
                  .formatted(shape)
              + "<t:FieldURI FieldURI=\"folder:PermissionSet\"/><t:FieldURI"
              + " FieldURI=\"folder:EffectiveRights\"/><t:FieldURI"
              + " FieldURI=\"folder:DistinguishedFolderId\"/><t:ExtendedFieldURI"
              + " PropertyTag=\"0x3613\" PropertyType=\"String\"/></t:AdditionalProperties></m:FolderShape><m:FolderIds>"
              + distinguished("root")
              + distinguished("inbox")
              + distinguished("calendar")
              + distinguished("contacts")
              + distinguished("tasks")
              + distinguished("conversationhistory")
              + distinguished("voicemail")
              + "<t:FolderId Id=\"%s\"/>".formatted(WELL_FORMED_BUT_UNKNOWN)
              + "</m:FolderIds></m:GetFolder>");
    }
    valid(
        "<m:FindFolder Traversal=\"Deep\"><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape><m:IndexedPageFolderView MaxEntriesReturned=\"100\" Offset=\"0\" BasePoint=\"Beginning\"/><m:ParentFolderIds>"
            + distinguished("root")
            + "</m:ParentFolderIds></m:FindFolder>");
    String create =
        "<m:CreateFolder><m:ParentFolderId>%s</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>new</t:DisplayName></t:Folder><t:CalendarFolder><t:DisplayName>dates</t:DisplayName></t:CalendarFolder></m:Folders></m:CreateFolder>"
            .formatted(distinguished("inbox"));
    String made = id(EwsClient.payload(valid(create)), "FolderId");
    validWith("ErrorFolderExists", create);
    String target = "<m:ToFolderId>%s</m:ToFolderId>".formatted(distinguished("drafts"));
    String ids = "<m:FolderIds><t:FolderId Id=\"%s\"/></m:FolderIds>".formatted(made);
    valid(
        "<m:UpdateFolder><m:FolderChanges><t:FolderChange><t:FolderId Id=\"%s\"/><t:Updates><t:SetFolderField><t:FieldURI FieldURI=\"folder:DisplayName\"/><t:Folder><t:DisplayName>other</t:DisplayName></t:Folder></t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>"
            .formatted(made));
    valid("<m:CopyFolder>%s%s</m:CopyFolder>".formatted(target, ids));
    validWith("ErrorFolderExists", "<m:MoveFolder>%s%s</m:MoveFolder>".formatted(target, ids));
    validWith(
        "ErrorMoveDistinguishedFolder",
        "<m:MoveFolder>%s<m:FolderIds>%s</m:FolderIds></m:MoveFolder>"
            .formatted(target, distinguished("inbox")));
    valid(
        "<m:EmptyFolder DeleteType=\"HardDelete\" DeleteSubFolders=\"true\">%s</m:EmptyFolder>"
            .formatted(ids));
    valid("<m:DeleteFolder DeleteType=\"HardDelete\">%s</m:DeleteFolder>".formatted(ids));
    validWith(
        "ErrorDeleteDistinguishedFolder",
        "<m:DeleteFolder DeleteType=\"HardDelete\"><m:FolderIds>%s</m:FolderIds></m:DeleteFolder>"
            .formatted(distinguished("inbox")));
    valid(
        "<m:MarkAllItemsAsRead><m:ReadFlag>true</m:ReadFlag><m:SuppressReadReceipts>true</m:SuppressReadReceipts><m:FolderIds>%s</m:FolderIds></m:MarkAllItemsAsRead>"
            .formatted(distinguished("inbox")));
  }

  @Test
  void items_of_every_type() throws Exception {
    String mime =
        Base64.getEncoder()
            .encodeToString(
                "From: Ann <ann@contoso.com>\r\nTo: kenmyer@litwareinc.com\r\nSubject: Hi\r\n\r\nx\r\n"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    String create =
        "<m:CreateItem MessageDisposition=\"SaveOnly\" SendMeetingInvitations=\"SendToNone\"><m:Items>"
            + "<t:Message><t:ItemClass>IPM.Note</t:ItemClass><t:Subject>s</t:Subject><t:Body BodyType=\"HTML\">&lt;b&gt;x&lt;/b&gt;</t:Body><t:Attachments><t:FileAttachment><t:Name>a.txt</t:Name><t:Content>eA==</t:Content></t:FileAttachment></t:Attachments><t:Categories><t:String>red</t:String></t:Categories><t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"P\" PropertyType=\"String\"/><t:Value>v</t:Value></t:ExtendedProperty><t:ToRecipients><t:Mailbox><t:EmailAddress>ann@contoso.com</t:EmailAddress></t:Mailbox></t:ToRecipients><t:IsRead>false</t:IsRead></t:Message>"
            + "<t:Message><t:MimeContent>%s</t:MimeContent></t:Message>".formatted(mime)
            + "<t:CalendarItem><t:Subject>c</t:Subject><t:Start>2026-11-26T10:00:00+01:00</t:Start><t:End>2026-11-26T11:00:00+01:00</t:End><t:Location>here</t:Location></t:CalendarItem>"
            + "<t:Contact><t:FileAs>Ann</t:FileAs><t:EmailAddresses><t:Entry Key=\"EmailAddress1\">ann@contoso.com</t:Entry></t:EmailAddresses></t:Contact>"
            + "<t:DistributionList><t:DisplayName>all</t:DisplayName></t:DistributionList>"
            + "<t:Task><t:Subject>t</t:Subject><t:DueDate>2026-11-27T00:00:00Z</t:DueDate></t:Task>"
            + "<t:PostItem><t:Subject>p</t:Subject></t:PostItem>"
            + "</m:Items></m:CreateItem>";
    var made = EwsClient.all(EwsClient.payload(valid(create)), "ItemId");
    assertThat(made).hasSize(7);
    var ids = new ArrayList<>(made.stream().map(it -> it.getAttribute("Id")).toList());
    ids.add(WELL_FORMED_BUT_UNKNOWN);
    ids.add("AAMk");
    for (String shape : List.of("IdOnly", "Default", "AllProperties")) {
      for (String version : List.of("Exchange2007_SP1", "Exchange2010_SP2", "Exchange2016")) {
        client.version = version;
        validWith("ErrorItemNotFound", getItem(shape, ids.toArray(String[]::new)));
      }
    }
    valid(
        "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent><t:BodyType>Text</t:BodyType><t:AdditionalProperties><t:FieldURI FieldURI=\"item:UniqueBody\"/><t:FieldURI FieldURI=\"item:NormalizedBody\"/><t:FieldURI FieldURI=\"item:TextBody\"/><t:FieldURI FieldURI=\"item:Preview\"/><t:FieldURI FieldURI=\"item:InstanceKey\"/><t:FieldURI FieldURI=\"item:StoreEntryId\"/><t:IndexedFieldURI FieldURI=\"contacts:EmailAddress\" FieldIndex=\"EmailAddress1\"/><t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"P\" PropertyType=\"String\"/><t:ExtendedFieldURI PropertyTag=\"0x0E07\" PropertyType=\"Integer\"/></t:AdditionalProperties></m:ItemShape>%s</m:GetItem>"
            .formatted(itemIds(ids.toArray(String[]::new))));
    for (String folder : List.of("drafts", "calendar", "contacts", "tasks")) {
      valid(
          findItem(
                  folder,
                  "<m:IndexedPageItemView MaxEntriesReturned=\"2\" Offset=\"0\" BasePoint=\"Beginning\"/>",
                  "<m:SortOrder><t:FieldOrder Order=\"Ascending\"><t:FieldURI FieldURI=\"item:Subject\"/></t:FieldOrder></m:SortOrder>")
              .replace("Default", "AllProperties"));
    }
    valid(
        findItem(
            "calendar",
            "<m:CalendarView StartDate=\"2026-11-26T00:00:00Z\" EndDate=\"2026-11-27T00:00:00Z\"/>",
            ""));
    String target = "<m:ToFolderId>%s</m:ToFolderId>".formatted(distinguished("inbox"));
    valid("<m:CopyItem>%s%s</m:CopyItem>".formatted(target, itemIds(ids.getFirst())));
    validWith(
        "ErrorItemNotFound",
        "<m:MoveItem>%s%s</m:MoveItem>".formatted(target, itemIds(ids.getFirst(), ids.get(7))));
    valid(
        "<m:DeleteItem DeleteType=\"HardDelete\" SendMeetingCancellations=\"SendToNone\" AffectedTaskOccurrences=\"AllOccurrences\">%s</m:DeleteItem>"
            .formatted(itemIds(ids.subList(1, 9).toArray(String[]::new))));
  }

  @Test
  void updates_attachments_and_sending() throws Exception {
    String message = client.message("drafts", "first", "");
    String update =
        "<m:UpdateItem ConflictResolution=\"AutoResolve\" MessageDisposition=\"SaveOnly\"><m:ItemChanges><t:ItemChange><t:ItemId Id=\"%s\"%s/><t:Updates><t:SetItemField><t:FieldURI FieldURI=\"item:Subject\"/><t:Message><t:Subject>second</t:Subject></t:Message></t:SetItemField><t:DeleteItemField><t:FieldURI FieldURI=\"item:Categories\"/></t:DeleteItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>";
    var before = EwsClient.payload(valid(getItem("IdOnly", message)));
    String key = EwsClient.all(before, "ItemId").getFirst().getAttribute("ChangeKey");
    valid(update.formatted(message, ""));
    validWith("ErrorStaleObject", update.formatted(message, " ChangeKey=\"%s\"".formatted(key)));
    var attached =
        EwsClient.payload(
            valid(
                "<m:CreateAttachment><m:ParentItemId Id=\"%s\"/><m:Attachments><t:FileAttachment><t:Name>a</t:Name><t:ContentType>text/plain</t:ContentType><t:Content>eA==</t:Content></t:FileAttachment><t:ItemAttachment><t:Name>b</t:Name><t:Message><t:Subject>in it</t:Subject></t:Message></t:ItemAttachment></m:Attachments></m:CreateAttachment>"
                    .formatted(message)));
    var ids = EwsClient.all(attached, "AttachmentId");
    String attachments =
        "<m:AttachmentIds><t:AttachmentId Id=\"%s\"/><t:AttachmentId Id=\"%s\"/><t:AttachmentId Id=\"AAAA\"/></m:AttachmentIds>"
            .formatted(ids.get(0).getAttribute("Id"), ids.get(1).getAttribute("Id"));
    validWith(
        "ErrorInvalidAttachmentId", "<m:GetAttachment>%s</m:GetAttachment>".formatted(attachments));
    valid(getItem("AllProperties", message));
    valid("<m:DeleteAttachment>%s</m:DeleteAttachment>".formatted(attachments));
    validWith(
        "ErrorChangeKeyRequired",
        "<m:SendItem SaveItemToFolder=\"true\">%s</m:SendItem>".formatted(itemIds(message)));
    client.ken().govern(new MailboxRules(1, true, true));
    validWith(
        "ErrorQuotaExceeded",
        "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:Items><t:Message/></m:Items></m:CreateItem>");
  }

  @Test
  void synchronization_and_subscriptions() throws Exception {
    String message = client.message("inbox", "one", "");
    var first =
        EwsClient.payload(
            valid(
                "<m:SyncFolderItems><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:SyncFolderId>%s</m:SyncFolderId><m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>"
                    .formatted(distinguished("inbox"))));
    var subscribed =
        EwsClient.payload(
            valid(
                "<m:Subscribe><m:PullSubscriptionRequest SubscribeToAllFolders=\"true\"><t:EventTypes><t:EventType>CreatedEvent</t:EventType><t:EventType>ModifiedEvent</t:EventType><t:EventType>MovedEvent</t:EventType><t:EventType>CopiedEvent</t:EventType><t:EventType>DeletedEvent</t:EventType></t:EventTypes><t:Timeout>10</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>"));
    client.message("inbox", "two", "");
    valid(
        "<m:CopyItem><m:ToFolderId>%s</m:ToFolderId>%s</m:CopyItem>"
            .formatted(distinguished("drafts"), itemIds(message)));
    valid(
        "<m:MoveItem><m:ToFolderId>%s</m:ToFolderId>%s</m:MoveItem>"
            .formatted(distinguished("drafts"), itemIds(message)));
    valid(
        "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>%s</m:SyncFolderId><m:SyncState>%s</m:SyncState><m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>"
            .formatted(distinguished("inbox"), EwsClient.texts(first, "SyncState").getFirst()));
    validWith(
        "ErrorInvalidSyncStateData",
        "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>%s</m:SyncFolderId><m:SyncState>AAAA</m:SyncState><m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>"
            .formatted(distinguished("inbox")));
    var hierarchy =
        EwsClient.payload(
            valid(
                "<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape></m:SyncFolderHierarchy>"));
    valid(
        "<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape><m:SyncState>%s</m:SyncState></m:SyncFolderHierarchy>"
            .formatted(EwsClient.texts(hierarchy, "SyncState").getFirst()));
    String subscription = EwsClient.texts(subscribed, "SubscriptionId").getFirst();
    valid(
        "<m:GetEvents><m:SubscriptionId>%s</m:SubscriptionId><m:Watermark>%s</m:Watermark></m:GetEvents>"
            .formatted(subscription, EwsClient.texts(subscribed, "Watermark").getFirst()));
    validWith(
        "ErrorInvalidWatermark",
        "<m:GetEvents><m:SubscriptionId>%s</m:SubscriptionId><m:Watermark>AAAA</m:Watermark></m:GetEvents>"
            .formatted(subscription));
    String unsubscribe =
        "<m:Unsubscribe><m:SubscriptionId>%s</m:SubscriptionId></m:Unsubscribe>"
            .formatted(subscription);
    valid(unsubscribe);
    validWith("ErrorSubscriptionNotFound", unsubscribe);
  }

  @Test
  void every_envelope_of_a_stream() throws Exception {
    var subscribed =
        EwsClient.payload(
            valid(
                "<m:Subscribe><m:StreamingSubscriptionRequest SubscribeToAllFolders=\"true\"><t:EventTypes><t:EventType>CreatedEvent</t:EventType><t:EventType>CopiedEvent</t:EventType></t:EventTypes></m:StreamingSubscriptionRequest></m:Subscribe>"));
    String subscription = EwsClient.texts(subscribed, "SubscriptionId").getFirst();
    String request = EwsClient.streamingEvents("bm9uZQ==", subscription);
    AnswerStream stream = Objects.requireNonNull(client.ask(request).following());

    var envelopes = new ArrayList<String>();
    envelopes.add(stream.next());
    String message = client.message("inbox", "one", "");
    client.answer(
        "<m:CopyItem><m:ToFolderId>%s</m:ToFolderId>%s</m:CopyItem>"
            .formatted(distinguished("drafts"), itemIds(message)));
    envelopes.add(stream.next());
    client.now = client.now.plusSeconds(50);
    envelopes.add(stream.next());
    client.now = client.now.plusSeconds(50);
    envelopes.add(stream.next());

    assertThat(envelopes.get(0)).contains("ErrorSubscriptionIds", "OK");
    assertThat(envelopes.get(1)).contains("CreatedEvent", "CopiedEvent");
    assertThat(envelopes.get(2)).contains("OK");
    assertThat(envelopes.get(3)).contains("Closed");
    for (String envelope : envelopes) {
      // The one element that clients look for in another namespace than the schema has it in.
      String bySchema =
          envelope
              .replace("<m:Notification>", "<t:Notification>")
              .replace("</m:Notification>", "</t:Notification>");
      var payload = EwsClient.payload(HttpAnswer.xml(200, bySchema));
      assertThatCode(() -> schema.newValidator().validate(new DOMSource(payload)))
          .as(envelope)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void the_directory_ids_and_configurations() throws Exception {
    validWith(
        "NoError",
        "<m:ResolveNames ReturnFullContactData=\"true\"><m:UnresolvedEntry>ken</m:UnresolvedEntry></m:ResolveNames>");
    validWith(
        "ErrorNameResolutionNoResults",
        "<m:ResolveNames ReturnFullContactData=\"false\"><m:UnresolvedEntry>nobody</m:UnresolvedEntry></m:ResolveNames>");
    client.mailboxes.make("kendra@litwareinc.com");
    validWith(
        "ErrorNameResolutionMultipleResults",
        "<m:ResolveNames ReturnFullContactData=\"false\"><m:UnresolvedEntry>ken</m:UnresolvedEntry></m:ResolveNames>");
    valid("<m:GetServerTimeZones ReturnFullTimeZoneData=\"true\"/>");
    valid("<m:GetServerTimeZones ReturnFullTimeZoneData=\"false\"/>");
    valid(
        "<m:ExpandDL><m:Mailbox><t:EmailAddress>all@litwareinc.com</t:EmailAddress></m:Mailbox></m:ExpandDL>");
    String message = client.message("inbox", "s", "");
    for (String format :
        List.of("EwsId", "EwsLegacyId", "EntryId", "HexEntryId", "StoreId", "OwaId")) {
      validWith(
          "ErrorInvalidIdMalformed",
          "<m:ConvertId DestinationFormat=\"%s\"><m:SourceIds><t:AlternateId Format=\"EwsId\" Id=\"%s\" Mailbox=\"kenmyer@litwareinc.com\"/><t:AlternateId Format=\"EwsId\" Id=\"DUMMY\" Mailbox=\"DUMMY\"/></m:SourceIds></m:ConvertId>"
              .formatted(format, message));
    }
    String name =
        "UserConfigurationName Name=\"CategoryList\">%s</".formatted(distinguished("calendar"));
    String get =
        "<m:GetUserConfiguration><m:%sm:UserConfigurationName><m:UserConfigurationProperties>All</m:UserConfigurationProperties></m:GetUserConfiguration>"
            .formatted(name);
    validWith("ErrorItemNotFound", get);
    for (String operation : List.of("Create", "Update")) {
      valid(
          "<m:%sUserConfiguration><m:UserConfiguration><t:%st:UserConfigurationName><t:Dictionary><t:DictionaryEntry><t:DictionaryKey><t:Type>String</t:Type><t:Value>k</t:Value></t:DictionaryKey><t:DictionaryValue><t:Type>String</t:Type><t:Value>v</t:Value></t:DictionaryValue></t:DictionaryEntry></t:Dictionary><t:XmlData>eA==</t:XmlData></m:UserConfiguration></m:%sUserConfiguration>"
              .formatted(operation, name, operation));
    }
    validWith("NoError", get);
    valid(
        "<m:DeleteUserConfiguration><m:%sm:UserConfigurationName></m:DeleteUserConfiguration>"
            .formatted(name));
  }

  @Test
  void im_contacts() throws Exception {
    valid("<m:GetImItemList/>");
    String group =
        id(
            EwsClient.payload(
                valid("<m:AddImGroup><m:DisplayName>Team</m:DisplayName></m:AddImGroup>")),
            "ExchangeStoreId");
    validWith(
        "ErrorImGroupDisplayNameAlreadyExists",
        "<m:AddImGroup><m:DisplayName>Team</m:DisplayName></m:AddImGroup>");
    String contact =
        id(
            EwsClient.payload(
                valid(
                    "<m:AddNewImContactToGroup><m:ImAddress>pilar@litwareinc.com</m:ImAddress><m:DisplayName>Pilar</m:DisplayName><m:GroupId Id=\"%s\"/></m:AddNewImContactToGroup>"
                        .formatted(group))),
            "PersonaId");
    valid(
        "<m:AddNewTelUriContactToGroup><m:TelUriAddress>tel:+1</m:TelUriAddress><m:ImContactSipUriAddress>sip:x@y</m:ImContactSipUriAddress><m:ImTelephoneNumber>+1</m:ImTelephoneNumber></m:AddNewTelUriContactToGroup>");
    valid(
        "<m:AddDistributionGroupToImList><m:SmtpAddress>all@litwareinc.com</m:SmtpAddress><m:DisplayName>All</m:DisplayName></m:AddDistributionGroupToImList>");
    valid("<m:GetImItemList/>");
    valid(
        "<m:GetImItems><m:ContactIds><t:ItemId Id=\"%s\"/></m:ContactIds><m:GroupIds><t:ItemId Id=\"%s\"/></m:GroupIds></m:GetImItems>"
            .formatted(contact, group));
    valid(
        "<m:AddImContactToGroup><m:ContactId Id=\"%s\"/></m:AddImContactToGroup>"
            .formatted(contact));
    valid(
        "<m:RemoveImContactFromGroup><m:ContactId Id=\"%s\"/><m:GroupId Id=\"%s\"/></m:RemoveImContactFromGroup>"
            .formatted(contact, group));
    valid(
        "<m:SetImGroup><m:GroupId Id=\"%s\"/><m:NewDisplayName>Crew</m:NewDisplayName></m:SetImGroup>"
            .formatted(group));
    valid("<m:RemoveImGroup><m:GroupId Id=\"%s\"/></m:RemoveImGroup>".formatted(group));
    validWith(
        "ErrorInvalidImGroupId",
        "<m:RemoveImGroup><m:GroupId Id=\"%s\"/></m:RemoveImGroup>".formatted(group));
    valid(
        "<m:RemoveContactFromImList><m:ContactId Id=\"%s\"/></m:RemoveContactFromImList>"
            .formatted(contact));
    validWith(
        "ErrorInvalidImContactId",
        "<m:RemoveContactFromImList><m:ContactId Id=\"%s\"/></m:RemoveContactFromImList>"
            .formatted(contact));
  }

  @Test
  void what_breaks_the_schema_is_refused_by_it() {
    HttpAnswer answer = client.ask("<m:GetFolder><m:FolderIds/></m:GetFolder>");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body())
        .contains("ErrorSchemaValidation", "<t:Violation>", "<t:LineNumber>1<");
  }

  private static byte[] unknownItem() {
    byte[] id = new byte[113];
    Arrays.fill(id, (byte) '0');
    id[0] = 0;
    id[1] = 3;
    id[2] = 36;
    id[3] = 0;
    byte[] guid =
        "00000000-0000-0000-0000-000000000000".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(guid, 0, id, 4, 36);
    id[40] = 0;
    id[41] = 70;
    id[42] = 0;
    return id;
  }
}
