package dev.concordat.probe.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.concordat.diagnosis.Reply;
import dev.concordat.diagnosis.Shown;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EwsTest {

  private static final String MARKER = "7c1f9d0e-1f6b-4a57-8a55-0f1f6d1f0001";

  @TestFactory
  Stream<DynamicTest> every_request_is_valid_by_the_vendors_schema() throws Exception {
    var schemas = EwsSchemas.orSkip();
    Map<String, byte[]> requests =
        Map.of(
            "GetFolder", Ews.getFolder("conversationhistory", "kenmyer@litwareinc.com"),
            "FindFolder by one name", Ews.findFolder(List.of("Conversation History")),
            "FindFolder by several names",
                Ews.findFolder(List.of("Conversation History", "Aufgezeichnete Unterhaltungen")),
            "CreateFolder", Ews.createFolder("Conversation History"),
            "CreateItem", Ews.createItem("AAMkADU0", MARKER),
            "GetItem", Ews.getItem("AAMkADU1"),
            "FindItem of any marker", Ews.findMarked("AAMkADU0"),
            "FindItem of one marker", Ews.findMarked("AAMkADU0", MARKER),
            "GetImItemList", Ews.getImItemList(),
            "DeleteItem", Ews.deleteItems(List.of("AAMkADU1", "AAMkADU2")));
    return requests.entrySet().stream()
        .map(
            it ->
                DynamicTest.dynamicTest(
                    it.getKey(),
                    () ->
                        assertThatCode(() -> schemas.validate(it.getValue()))
                            .doesNotThrowAnyException()));
  }

  @Test
  void a_request_asks_for_exchange_2013_in_namespaces_that_are_http() {
    assertThat(new String(Ews.getFolder("conversationhistory", "kenmyer@litwareinc.com"), UTF_8))
        .startsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope ")
        .contains("xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"")
        .contains("xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"")
        .contains(
            "<s:Header><t:RequestServerVersion Version=\"Exchange2013\"></t:RequestServerVersion></s:Header>"
                .replace("></t:RequestServerVersion>", "/>"))
        .contains("<t:DistinguishedFolderId Id=\"conversationhistory\"><t:Mailbox>")
        .doesNotContain("https://schemas");
  }

  @Test
  void what_an_address_holds_never_becomes_xml() throws Exception {
    byte[] request = Ews.getFolder("conversationhistory", "o'neil&<t:x/>\"@litwareinc.com");
    assertThat(
            XmlElement.read(request)
                .all()
                .filter(it -> it.name().equals("EmailAddress"))
                .map(XmlElement::text))
        .containsExactly("o'neil&<t:x/>\"@litwareinc.com");
  }

  @Test
  void a_folder_is_read() {
    var answer =
        read(
            """
            <m:GetFolderResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:Folder><t:FolderId Id="AAMkADU0" ChangeKey="AQAAAA=="/><t:FolderClass>IPF.Note.Microsoft.Conversation</t:FolderClass><t:DisplayName>Conversation History</t:DisplayName></t:Folder></m:Folders></m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse>\
            """);
    assertThat(answer.reply()).isEqualTo(new Reply.Done());
    assertThat(answer.folderId()).contains("AAMkADU0");
  }

  @Test
  void a_folder_that_holds_no_messages_is_none() {
    var answer =
        read(
            """
            <m:FindFolderResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:ResponseMessages><m:FindFolderResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:RootFolder IndexedPagingOffset="1" TotalItemsInView="1" IncludesLastItemInRange="true"><t:Folders><t:Folder><t:FolderId Id="AAMkADU0"/><t:FolderClass>IPF.Contact</t:FolderClass></t:Folder></t:Folders></m:RootFolder></m:FindFolderResponseMessage></m:ResponseMessages></m:FindFolderResponse>\
            """);
    assertThat(answer.reply()).isEqualTo(new Reply.Done());
    assertThat(answer.folderId()).isEmpty();
  }

  @Test
  void an_item_is_read_with_our_marker_among_other_properties() {
    var answer =
        read(
            """
            <m:GetItemResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:ResponseMessages><m:GetItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Items><t:Message><t:ItemId Id="AAMkADU1" ChangeKey="CQAAAA=="/><t:ItemClass>IPM.Note.Microsoft.Conversation</t:ItemClass><t:Subject>Concordat probe</t:Subject><t:DateTimeCreated>2026-03-01T10:00:00Z</t:DateTimeCreated><t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0xe07" PropertyType="Integer"/><t:Value>1</t:Value></t:ExtendedProperty><t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="ConcordatProbeId" PropertyType="String"/><t:Value>7c1f</t:Value></t:ExtendedProperty></t:Message></m:Items></m:GetItemResponseMessage></m:ResponseMessages></m:GetItemResponse>\
            """);
    assertThat(answer.items())
        .containsExactly(
            new Ews.Item(
                "AAMkADU1",
                "Concordat probe",
                "IPM.Note.Microsoft.Conversation",
                "7c1f",
                Instant.parse("2026-03-01T10:00:00Z")));
  }

  @Test
  void an_error_in_a_response_message_is_a_refusal() {
    var answer =
        read(
            """
            <m:GetFolderResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass="Error"><m:MessageText>The specified folder could not be found in the store.</m:MessageText><m:ResponseCode>ErrorFolderNotFound</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey><m:Folders/></m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse>\
            """);
    assertThat(answer.reply())
        .isEqualTo(
            new Reply.Refused(
                "ErrorFolderNotFound",
                "The specified folder could not be found in the store.",
                null));
  }

  @Test
  void a_fault_is_a_refusal_with_its_response_code_and_pause() {
    var answer =
        read(
            """
            <s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:ErrorServerBusy</faultcode><faultstring xml:lang="en-US">The server cannot service this request right now. Try again later.</faultstring><detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">ErrorServerBusy</e:ResponseCode><e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">The server cannot service this request right now. Try again later.</e:Message><t:MessageXml xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:Value Name="BackOffMilliseconds">297749</t:Value></t:MessageXml></detail></s:Fault>\
            """);
    assertThat(answer.reply())
        .isEqualTo(
            new Reply.Refused(
                "ErrorServerBusy",
                "The server cannot service this request right now. Try again later.",
                297749L));
  }

  @Test
  void a_fault_without_detail_is_known_by_its_fault_code() {
    var answer =
        read(
            """
            <s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>a:ErrorAccessDenied</faultcode><faultstring>Access is denied.</faultstring></s:Fault>\
            """);
    assertThat(answer.reply())
        .isEqualTo(new Reply.Refused("ErrorAccessDenied", "Access is denied.", null));
  }

  @Test
  void a_fault_of_soap_1_2_is_a_refusal_too() {
    var answer =
        Ews.read(
            """
            <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>a:ErrorSchemaValidation</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">The request failed schema validation.</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>\
            """
                .getBytes(UTF_8));
    assertThat(answer.reply())
        .isEqualTo(
            new Reply.Refused(
                "ErrorSchemaValidation", "The request failed schema validation.", null));
  }

  @Test
  void a_page_is_known_by_its_title() {
    assertThat(
            Ews.read(
                    "<!DOCTYPE html><html><head><title>Sign\n in</title></head></html>"
                        .getBytes(UTF_8))
                .reply())
        .isEqualTo(new Reply.Foreign(Reply.Foreign.Form.HTML, "Sign in"));
  }

  @Test
  void nothing_at_all_is_empty() {
    assertThat(Ews.read(new byte[0]).reply())
        .isEqualTo(new Reply.Foreign(Reply.Foreign.Form.EMPTY, ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>",
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"xxxxxxxx\"><!ENTITY y \"&x;&x;&x;&x;\">]><a>&y;</a>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>",
        "<a>&undeclared;</a>",
        "<a><b></a>",
        "<a"
      })
  void what_declares_types_or_entities_or_is_broken_is_never_read(String document) {
    assertThat(Ews.read(document.getBytes(UTF_8)).reply())
        .isInstanceOfSatisfying(
            Reply.Foreign.class, it -> assertThat(it.form()).isEqualTo(Reply.Foreign.Form.XML));
  }

  @Test
  void depth_and_count_are_bounded() {
    byte[] deep = ("<a>".repeat(100) + "</a>".repeat(100)).getBytes(UTF_8);
    byte[] wide = ("<a>" + "<b/>".repeat(30_000) + "</a>").getBytes(UTF_8);
    assertThat(Ews.read(deep).reply()).isInstanceOf(Reply.Foreign.class);
    assertThat(Ews.read(wide).reply()).isInstanceOf(Reply.Foreign.class);
  }

  @Test
  void others_words_are_shown_in_one_bounded_line() {
    assertThat(Shown.text("a\r\n\tb\u202Ec\u0007" + "x".repeat(1000)))
        .startsWith("a bc x")
        .hasSize(501)
        .endsWith("…");
  }

  private static Ews.Answer read(String body) {
    return Ews.read(
        ("<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
                + body
                + "</s:Body></s:Envelope>")
            .getBytes(UTF_8));
  }

  @Test
  void a_contact_list_is_read_although_its_answer_has_no_messages() {
    var answer =
        read(
            """
            <GetImItemListResponse ResponseClass="Success" xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><ResponseCode>NoError</ResponseCode><ImItemList><Groups xmlns="http://schemas.microsoft.com/exchange/services/2006/types"><ImGroup><DisplayName>Favorites</DisplayName></ImGroup></Groups><Personas xmlns="http://schemas.microsoft.com/exchange/services/2006/types"><Persona><PersonaId Id="AAQkADU0"/></Persona></Personas></ImItemList></GetImItemListResponse>\
            """);
    assertThat(answer.reply()).isEqualTo(new Reply.Done());
    assertThat(answer.contactList()).contains(new Ews.ContactList(1, 1));
    assertThat(
            read("""
                    <GetImItemListResponse ResponseClass="Error" xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><MessageText>Access is denied.</MessageText><ResponseCode>ErrorAccessDenied</ResponseCode></GetImItemListResponse>\
                    """)
                .reply())
        .isEqualTo(new Reply.Refused("ErrorAccessDenied", "Access is denied.", null));
  }
}
