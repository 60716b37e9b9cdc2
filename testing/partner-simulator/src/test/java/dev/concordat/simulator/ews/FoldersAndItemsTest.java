package dev.concordat.simulator.ews;

import static dev.concordat.simulator.ews.EwsClient.all;
import static dev.concordat.simulator.ews.EwsClient.codes;
import static dev.concordat.simulator.ews.EwsClient.distinguished;
import static dev.concordat.simulator.ews.EwsClient.findItem;
import static dev.concordat.simulator.ews.EwsClient.getItem;
import static dev.concordat.simulator.ews.EwsClient.id;
import static dev.concordat.simulator.ews.EwsClient.itemIds;
import static dev.concordat.simulator.ews.EwsClient.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.simulator.AnswerStream;
import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.mailboxes.Content;
import dev.concordat.simulator.mailboxes.ItemType;
import dev.concordat.simulator.mailboxes.MailboxRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;

class FoldersAndItemsTest {

  private static final String MARKER =
      "<t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"Marker\""
          + " PropertyType=\"String\"/>";

  private final EwsClient client = new EwsClient();

  private static String marked(String value) {
    return "<t:ExtendedProperty>%s<t:Value>%s</t:Value></t:ExtendedProperty>"
        .formatted(MARKER, value);
  }

  @Test
  void ids_have_the_shape_of_published_ones_and_change_keys_change() throws Exception {
    String item = client.message("inbox", "one", "");
    Element first = client.answer(getItem("IdOnly", item));
    String key = all(first, "ItemId").getFirst().getAttribute("ChangeKey");
    assertThat(item).hasSize(152).startsWith("AAMk");
    assertThat(key).hasSize(40).startsWith("CQAAABYAAAD".substring(0, 10));

    client.answer(update(item, "", "two"));

    Element second = client.answer(getItem("Default", item));
    assertThat(all(second, "ItemId").getFirst().getAttribute("ChangeKey")).isNotEqualTo(key);
    assertThat(texts(second, "Subject")).containsExactly("two");
    String folder =
        id(
            client.answer(
                "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>%s</m:FolderIds></m:GetFolder>"
                    .formatted(distinguished("inbox"))),
            "FolderId");
    assertThat(folder).hasSize(120).startsWith("AAMk");
  }

  private static String update(String item, String changeKey, String subject) {
    return """
        <m:UpdateItem ConflictResolution="AutoResolve" MessageDisposition="SaveOnly"><m:ItemChanges>\
        <t:ItemChange><t:ItemId Id="%s"%s/><t:Updates><t:SetItemField>\
        <t:FieldURI FieldURI="item:Subject"/><t:Message><t:Subject>%s</t:Subject></t:Message>\
        </t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"""
        .formatted(
            item, changeKey.isEmpty() ? "" : " ChangeKey=\"%s\"".formatted(changeKey), subject);
  }

  @Test
  void whoever_writes_what_another_has_changed_meanwhile_is_told() throws Exception {
    String item = client.message("inbox", "one", "");
    String key =
        all(client.answer(getItem("IdOnly", item)), "ItemId").getFirst().getAttribute("ChangeKey");

    assertThat(codes(client.answer(update(item, key, "two")))).containsExactly("NoError");
    assertThat(codes(client.answer(update(item, key, "three"))))
        .containsExactly("ErrorStaleObject");
    assertThat(
            codes(
                client.answer(
                    update(item, key, "three").replace("AutoResolve", "AlwaysOverwrite"))))
        .containsExactly("NoError");
    assertThat(codes(client.answer(update(item, "nonsense", "four"))))
        .containsExactly("ErrorInvalidChangeKey");
  }

  @Test
  void every_bad_id_has_its_own_code() throws Exception {
    String foreign =
        id(
            EwsClient.payload(
                client.askAs(
                    EwsClient.PILAR,
                    "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:Items><t:Message/></m:Items></m:CreateItem>")),
            "ItemId");
    String own = client.message("inbox", "one", "");

    Element answer = client.answer(getItem("IdOnly", "", "nonsense", foreign, own));

    assertThat(codes(answer))
        .containsExactly(
            "ErrorInvalidIdEmpty", "ErrorInvalidIdMalformed", "ErrorItemNotFound", "NoError");
    assertThat(texts(answer, "MessageText"))
        .containsExactly(
            "Id must be non-empty.",
            "Id is malformed.",
            "The specified object was not found in the store.");
  }

  @Test
  void what_a_client_gave_comes_back_in_one_spelling() throws Exception {
    String item =
        client.message(
            "inbox",
            "x",
            "<t:Body BodyType=\"HTML\">&lt;p&gt;Hello &amp;amp; bye&lt;/p&gt;</t:Body><t:Categories><t:String>red</t:String></t:Categories><t:Importance>High</t:Importance>"
                + marked("m-1")
                + "<t:ToRecipients><t:Mailbox><t:EmailAddress>ann@contoso.com</t:EmailAddress></t:Mailbox></t:ToRecipients><t:IsRead>0</t:IsRead>");

    Element read =
        client.answer(
            "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:BodyType>Text</t:BodyType><t:AdditionalProperties>%s</t:AdditionalProperties></m:ItemShape>%s</m:GetItem>"
                .formatted(MARKER, itemIds(item)));

    assertThat(texts(read, "Body")).containsExactly("Hello & bye");
    assertThat(texts(read, "IsRead")).containsExactly("false");
    assertThat(texts(read, "Importance")).containsExactly("High");
    assertThat(texts(read, "DisplayTo")).containsExactly("ann@contoso.com");
    assertThat(texts(read, "Value")).containsExactly("m-1");
    assertThat(texts(read, "DateTimeCreated")).containsExactly("2026-11-26T10:00:00Z");
    assertThat(texts(client.answer(getItem("AllProperties", item)), "ExtendedProperty")).isEmpty();
  }

  @Test
  void an_internet_message_becomes_an_item_and_comes_back_whole() throws Exception {
    String mime =
        """
        From: Ann <ann@contoso.com>
        To: Ken Myer <kenmyer@litwareinc.com>
        Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
        Message-ID: <1@contoso.com>
        Date: Thu, 26 Nov 2026 09:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain; charset=utf-8

        See the file.
        --b
        Content-Type: application/octet-stream
        Content-Disposition: attachment; filename=a.bin
        Content-Transfer-Encoding: base64

        AQID
        --b--
        """
            .replace("\n", "\r\n");
    String encoded = Base64.getEncoder().encodeToString(mime.getBytes(StandardCharsets.UTF_8));
    String item =
        id(
            client.answer(
                "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:Items><t:Message><t:MimeContent>%s</t:MimeContent></t:Message></m:Items></m:CreateItem>"
                    .formatted(encoded)),
            "ItemId");

    Element read =
        client.answer(
            "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape>%s</m:GetItem>"
                .formatted(itemIds(item)));

    assertThat(texts(read, "Subject")).containsExactly("Grüße");
    assertThat(texts(read, "Body").getFirst()).contains("See the file.");
    assertThat(texts(read, "InternetMessageId")).containsExactly("<1@contoso.com>");
    assertThat(texts(read, "MimeContent")).containsExactly(encoded);
    assertThat(texts(read, "HasAttachments")).containsExactly("true");
    Element attachment =
        client.answer(
            "<m:GetAttachment><m:AttachmentIds><t:AttachmentId Id=\"%s\"/></m:AttachmentIds></m:GetAttachment>"
                .formatted(id(read, "AttachmentId")));
    assertThat(texts(attachment, "Name")).containsExactly("a.bin");
    assertThat(texts(attachment, "Content")).containsExactly("AQID");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="b"/></t:FieldURIOrConstant></t:IsEqualTo> | b
          <t:IsNotEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="b"/></t:FieldURIOrConstant></t:IsNotEqualTo> | a c
          <t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="A"/></t:Contains> | a
          <t:Contains ContainmentMode="Substring" ContainmentComparison="Exact"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="A"/></t:Contains> |
          <t:IsGreaterThan><t:FieldURI FieldURI="item:DateTimeCreated"/><t:FieldURIOrConstant><t:Constant Value="2026-11-26T10:00:00Z"/></t:FieldURIOrConstant></t:IsGreaterThan> | b c
          <t:IsLessThanOrEqualTo><t:FieldURI FieldURI="item:DateTimeCreated"/><t:FieldURIOrConstant><t:Constant Value="2026-11-26T11:01:00+01:00"/></t:FieldURIOrConstant></t:IsLessThanOrEqualTo> | a b
          <t:Exists><t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="Marker" PropertyType="String"/></t:Exists> | a c
          <t:And><t:Exists><t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="Marker" PropertyType="String"/></t:Exists><t:IsEqualTo><t:FieldURI FieldURI="message:IsRead"/><t:FieldURIOrConstant><t:Constant Value="0"/></t:FieldURIOrConstant></t:IsEqualTo></t:And> | c
          <t:Not><t:Or><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="a"/></t:FieldURIOrConstant></t:IsEqualTo><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="b"/></t:FieldURIOrConstant></t:IsEqualTo></t:Or></t:Not> | c
          <t:IsEqualTo><t:ExtendedFieldURI PropertyTag="0x0037" PropertyType="String"/><t:FieldURIOrConstant><t:Constant Value="a"/></t:FieldURIOrConstant></t:IsEqualTo> | a
          """)
  void restrictions_find_what_holds_to_them(String restriction, String subjects) throws Exception {
    for (String subject : List.of("a", "b", "c")) {
      client.message(
          "inbox",
          subject,
          (subject.equals("b") ? "" : marked(subject))
              + "<t:IsRead>%s</t:IsRead>".formatted(!subject.equals("c")));
      client.now = client.now.plusSeconds(60);
    }

    Element found =
        client.answer(
            findItem(
                "inbox", "", "<m:Restriction>" + restriction + "</m:Restriction>" + BY_SUBJECT));

    assertThat(String.join(" ", texts(found, "Subject")))
        .isEqualTo(subjects == null ? "" : subjects);
  }

  private static final String BY_SUBJECT =
      "<m:SortOrder><t:FieldOrder Order=\"Ascending\"><t:FieldURI FieldURI=\"item:Subject\"/></t:FieldOrder></m:SortOrder>";

  @Test
  void pages_tell_where_the_next_begins_and_follow_what_is_written() throws Exception {
    for (int i = 0; i < 5; i++) {
      client.message("inbox", "s" + i, "");
    }
    String page =
        "<m:IndexedPageItemView MaxEntriesReturned=\"2\" Offset=\"%d\" BasePoint=\"Beginning\"/>";

    Element first = client.answer(findItem("inbox", page.formatted(0), BY_SUBJECT));
    assertThat(texts(first, "Subject")).containsExactly("s0", "s1");
    Element root = all(first, "RootFolder").getFirst();
    assertThat(root.getAttribute("IndexedPagingOffset")).isEqualTo("2");
    assertThat(root.getAttribute("TotalItemsInView")).isEqualTo("5");
    assertThat(root.getAttribute("IncludesLastItemInRange")).isEqualTo("false");

    client.message("inbox", "s00", "");
    Element again = client.answer(findItem("inbox", page.formatted(0), BY_SUBJECT));
    assertThat(texts(again, "Subject")).containsExactly("s0", "s00");
    Element last = client.answer(findItem("inbox", page.formatted(4), BY_SUBJECT));
    assertThat(texts(last, "Subject")).containsExactly("s3", "s4");
    assertThat(all(last, "RootFolder").getFirst().getAttribute("IncludesLastItemInRange"))
        .isEqualTo("true");
  }

  @Test
  void deleting_has_three_ways_and_a_hold_keeps_what_is_purged() throws Exception {
    String delete = "<m:DeleteItem DeleteType=\"%s\">%s</m:DeleteItem>";
    client.answer(
        delete.formatted("MoveToDeletedItems", itemIds(client.message("inbox", "moved", ""))));
    client.answer(delete.formatted("SoftDelete", itemIds(client.message("inbox", "soft", ""))));
    client.answer(delete.formatted("HardDelete", itemIds(client.message("inbox", "hard", ""))));
    assertThat(subjects("deleteditems")).containsExactly("moved");
    assertThat(subjects("recoverableitemsdeletions")).containsExactly("soft");
    assertThat(subjects("recoverableitemspurges")).isEmpty();

    client.ken().govern(new MailboxRules(0, true, false));
    client.answer(delete.formatted("HardDelete", itemIds(client.message("inbox", "held", ""))));
    assertThat(subjects("recoverableitemspurges")).containsExactly("held");
    String purged = id(client.answer(findItem("recoverableitemspurges", "", "")), "ItemId");
    assertThat(codes(client.answer(delete.formatted("HardDelete", itemIds(purged)))))
        .containsExactly("ErrorCannotDeleteObject");
  }

  private List<String> subjects(String folder) throws Exception {
    return texts(client.answer(findItem(folder, "", "")), "Subject");
  }

  @Test
  void a_full_mailbox_takes_nothing_more() throws Exception {
    client.ken().govern(new MailboxRules(2000, false, false));
    client.message("inbox", "fits", "");
    Element refused =
        client.answer(
            "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:Items><t:Message><t:Body BodyType=\"Text\">%s</t:Body></t:Message></m:Items></m:CreateItem>"
                .formatted("x".repeat(2000)));
    assertThat(codes(refused)).containsExactly("ErrorQuotaExceeded");
    assertThat(subjects("inbox")).containsExactly("fits");
  }

  @Test
  void a_moved_item_has_another_id_and_the_old_one_leads_nowhere() throws Exception {
    String item = client.message("inbox", "one", "");
    Element moved =
        client.answer(
            "<m:MoveItem><m:ToFolderId>%s</m:ToFolderId>%s</m:MoveItem>"
                .formatted(distinguished("drafts"), itemIds(item)));

    assertThat(id(moved, "ItemId")).isNotEqualTo(item);
    assertThat(codes(client.answer(getItem("IdOnly", item, id(moved, "ItemId")))))
        .containsExactly("ErrorItemNotFound", "NoError");
  }

  @Test
  void synchronizing_tells_once_what_was_made_changed_and_deleted() throws Exception {
    String sync =
        "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>%s</m:SyncFolderId><m:SyncState>%s</m:SyncState><m:MaxChangesReturned>2</m:MaxChangesReturned></m:SyncFolderItems>";
    String one = client.message("inbox", "1", "");
    String two = client.message("inbox", "2", "");
    client.message("inbox", "3", "");
    Element first = client.answer(sync.formatted(distinguished("inbox"), ""));
    assertThat(all(first, "Create")).hasSize(2);
    assertThat(texts(first, "IncludesLastItemInRange")).containsExactly("false");
    Element second =
        client.answer(sync.formatted(distinguished("inbox"), texts(first, "SyncState").getFirst()));
    assertThat(all(second, "Create")).hasSize(1);
    assertThat(texts(second, "IncludesLastItemInRange")).containsExactly("true");

    client.answer(update(one, "", "1b"));
    client.answer(
        "<m:DeleteItem DeleteType=\"HardDelete\">%s</m:DeleteItem>".formatted(itemIds(two)));
    Element third =
        client.answer(
            sync.formatted(distinguished("inbox"), texts(second, "SyncState").getFirst()));
    assertThat(all(all(third, "Update").getFirst(), "ItemId").getFirst().getAttribute("Id"))
        .isEqualTo(one);
    assertThat(all(all(third, "Delete").getFirst(), "ItemId").getFirst().getAttribute("Id"))
        .isEqualTo(two);
    Element fourth =
        client.answer(sync.formatted(distinguished("inbox"), texts(third, "SyncState").getFirst()));
    assertThat(all(fourth, "ItemId")).isEmpty();
  }

  @Test
  void whoever_subscribes_hears_of_what_happens_and_nobody_else_does() throws Exception {
    Element subscribed =
        client.answer(
            "<m:Subscribe><m:PullSubscriptionRequest><t:FolderIds>%s</t:FolderIds><t:EventTypes><t:EventType>CreatedEvent</t:EventType></t:EventTypes><t:Timeout>10</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>"
                .formatted(distinguished("inbox")));
    String events =
        "<m:GetEvents><m:SubscriptionId>%s</m:SubscriptionId><m:Watermark>%s</m:Watermark></m:GetEvents>"
            .formatted(
                texts(subscribed, "SubscriptionId").getFirst(),
                texts(subscribed, "Watermark").getFirst());
    assertThat(all(client.answer(events), "StatusEvent")).hasSize(1);

    String item = client.message("inbox", "new", "");
    client.message("drafts", "elsewhere", "");

    Element heard = client.answer(events);
    assertThat(all(heard, "CreatedEvent")).hasSize(1);
    assertThat(id(heard, "ItemId")).isEqualTo(item);
    assertThat(codes(EwsClient.payload(client.askAs(EwsClient.PILAR, events))))
        .containsExactly("ErrorSubscriptionAccessDenied");
    client.now = client.now.plusSeconds(3600);
    assertThat(codes(client.answer(events))).containsExactly("ErrorSubscriptionNotFound");
  }

  private static final String STREAMING =
      "<m:Subscribe><m:StreamingSubscriptionRequest><t:FolderIds>%s</t:FolderIds><t:EventTypes><t:EventType>CreatedEvent</t:EventType></t:EventTypes></m:StreamingSubscriptionRequest></m:Subscribe>"
          .formatted(distinguished("inbox"));

  private String subscribed() throws Exception {
    return texts(client.answer(STREAMING), "SubscriptionId").getFirst();
  }

  private AnswerStream stream(String... subscriptions) {
    HttpAnswer answer = client.ask(EwsClient.streamingEvents(subscriptions));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return Objects.requireNonNull(answer.following());
  }

  private static Element envelope(AnswerStream stream) throws Exception {
    return EwsClient.payload(HttpAnswer.xml(200, stream.next()));
  }

  @Test
  void a_stream_tells_at_once_what_happens_and_now_and_then_that_it_is_there() throws Exception {
    String subscription = subscribed();
    String before = client.message("inbox", "before", "");
    AnswerStream stream = stream(subscription);
    var called = new AtomicInteger();
    stream.open(called::incrementAndGet);

    assertThat(id(envelope(stream), "ItemId")).as("what happened before it").isEqualTo(before);
    assertThat(stream.next()).isEmpty();

    String item = client.message("inbox", "new", "");
    assertThat(called).hasValue(1);
    Element heard = envelope(stream);
    assertThat(texts(heard, "SubscriptionId")).containsExactly(subscription);
    assertThat(id(heard, "ItemId")).isEqualTo(item);
    client.message("drafts", "elsewhere", "");
    assertThat(stream.next()).isEmpty();

    client.now = client.now.plusSeconds(45);
    assertThat(texts(envelope(stream), "ConnectionStatus")).containsExactly("OK");
    assertThat(stream.isOver()).isFalse();
    client.now = client.now.plusSeconds(15);
    assertThat(texts(envelope(stream), "ConnectionStatus")).containsExactly("Closed");
    assertThat(stream.isOver()).isTrue();
    assertThat(stream.next()).isEmpty();
  }

  @Test
  void a_stream_begins_where_the_one_before_ended() throws Exception {
    String subscription = subscribed();
    AnswerStream first = stream(subscription);
    first.open(() -> {});
    client.message("inbox", "told", "");
    assertThat(all(envelope(first), "CreatedEvent")).hasSize(1);
    first.close();
    String missed = client.message("inbox", "between", "");

    AnswerStream second = stream(subscription);

    assertThat(id(envelope(second), "ItemId")).isEqualTo(missed);
  }

  @Test
  void a_stream_tells_which_subscriptions_it_has_no_news_of_and_goes_on_with_the_rest()
      throws Exception {
    String good = subscribed();
    String pilars =
        texts(EwsClient.payload(client.askAs(EwsClient.PILAR, STREAMING)), "SubscriptionId")
            .getFirst();
    AnswerStream stream = stream("bm9uZQ==", pilars, good);

    Element first = envelope(stream);
    assertThat(codes(first))
        .containsExactly("ErrorSubscriptionNotFound", "ErrorSubscriptionAccessDenied", "NoError");
    assertThat(texts(first, "SubscriptionId")).containsExactly("bm9uZQ==", pilars);
    assertThat(stream.isOver()).isFalse();

    AnswerStream newer = stream(good);
    assertThat(codes(envelope(stream))).containsExactly("ErrorNewEventStreamConnectionOpened");
    assertThat(stream.isOver()).isTrue();
    client.answer(
        "<m:Unsubscribe><m:SubscriptionId>%s</m:SubscriptionId></m:Unsubscribe>".formatted(good));
    assertThat(codes(envelope(newer))).containsExactly("ErrorSubscriptionNotFound");
    assertThat(newer.isOver()).isTrue();
  }

  @Test
  void a_mailbox_has_ten_streams_and_a_closed_one_makes_room() throws Exception {
    String subscription = subscribed();
    var streams = new ArrayList<AnswerStream>();
    for (int i = 0; i < 10; i++) {
      AnswerStream stream = stream(subscription);
      stream.open(() -> {});
      streams.add(stream);
    }

    assertThat(client.ask(EwsClient.streamingEvents(subscription)).body())
        .contains("ErrorExceededConnectionCount");
    streams.getFirst().close();
    streams.getFirst().close();
    stream(subscription).open(() -> {});
    assertThat(client.ask(EwsClient.streamingEvents(subscription)).body())
        .contains("ErrorExceededConnectionCount");
  }

  @Test
  void a_view_of_a_large_folder_stays_right_while_it_is_written_to() throws Exception {
    var ken = client.ken();
    ken.alone(
        () -> {
          var inbox = ken.distinguished("inbox").orElseThrow();
          for (int i = 0; i < 3000; i++) {
            ken.create(
                inbox,
                Content.of(ItemType.MESSAGE, "IPM.Note")
                    .with("Subject", "s%04d".formatted(i * 7 % 3000)),
                client.now);
          }
          return null;
        });
    String page =
        "<m:IndexedPageItemView MaxEntriesReturned=\"3\" Offset=\"2000\" BasePoint=\"Beginning\"/>";
    assertThat(texts(client.answer(findItem("inbox", page, BY_SUBJECT)), "Subject"))
        .containsExactly("s2000", "s2001", "s2002");

    client.message("inbox", "s0000b", "");
    Element found = client.answer(findItem("inbox", page, BY_SUBJECT));
    assertThat(texts(found, "Subject")).containsExactly("s1999", "s2000", "s2001");
    client.answer(
        "<m:DeleteItem DeleteType=\"HardDelete\">%s</m:DeleteItem>"
            .formatted(itemIds(id(found, "ItemId"))));
    assertThat(texts(client.answer(findItem("inbox", page, BY_SUBJECT)), "Subject"))
        .containsExactly("s2000", "s2001", "s2002");
  }
}
