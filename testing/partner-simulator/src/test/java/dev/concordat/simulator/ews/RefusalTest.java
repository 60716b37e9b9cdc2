package dev.concordat.simulator.ews;

import static dev.concordat.simulator.ews.EwsClient.distinguished;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.trust.Admission;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and that nothing of anybody else comes with it. */
class RefusalTest {

  private static final String GET_INBOX =
      "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>%s</m:FolderIds></m:GetFolder>"
          .formatted(distinguished("inbox"));

  private final EwsClient client = new EwsClient();

  private static String impersonating(String kind, String who) {
    return "<t:ExchangeImpersonation><t:ConnectingSID><t:%s>%s</t:%s></t:ConnectingSID></t:ExchangeImpersonation>"
        .formatted(kind, who, kind);
  }

  private static void assertFault(HttpAnswer answer, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(500);
    assertThat(answer.body())
        .startsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope")
        .contains(">a:" + code + "<", ">" + code + "</e:ResponseCode>")
        .doesNotContain("Exception", "\tat ", "dev.concordat");
  }

  @Test
  void an_application_works_in_the_mailbox_that_it_impersonates_by_any_name() throws Exception {
    for (String[] name :
        new String[][] {
          {"PrimarySmtpAddress", EwsClient.KEN},
          {"SmtpAddress", "KenMyer@LitwareInc.com"},
          {"PrincipalName", EwsClient.KEN},
          {"SID", client.ken().sid()}
        }) {
      HttpAnswer answer = client.askAsApplication(impersonating(name[0], name[1]), GET_INBOX);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
    assertFault(client.askAsApplication("", GET_INBOX), "ErrorImpersonateUserDenied");
  }

  @ParameterizedTest
  @CsvSource({
    "PrimarySmtpAddress, nobody@litwareinc.com, ErrorNonExistentMailbox",
    "PrincipalName, nobody@litwareinc.com, ErrorInvalidUserPrincipalName",
    "SID, S-1-5-21-1-2-3-4, ErrorInvalidUserSid",
    "Shoe, 42, ErrorSchemaValidation"
  })
  void whoever_impersonates_nobody_is_told_which_name_leads_nowhere(
      String kind, String who, String code) {
    assertFault(client.askAsApplication(impersonating(kind, who), GET_INBOX), code);
  }

  @Test
  void who_acts_for_a_user_may_not_impersonate_another() {
    var admission =
        client.ask(GET_INBOX, impersonating("PrimarySmtpAddress", EwsClient.KEN), asKen());
    assertThat(admission.status()).isEqualTo(200);
    assertFault(
        client.ask(GET_INBOX, impersonating("PrimarySmtpAddress", EwsClient.PILAR), asKen()),
        "ErrorImpersonateUserDenied");
  }

  private Admission asKen() {
    return client.admission(EwsClient.KEN);
  }

  @ParameterizedTest
  @CsvSource({
    "Exchange2003, ErrorInvalidServerVersion",
    "exchange2013, ErrorInvalidServerVersion",
    "Exchange2019, ErrorInvalidRequest"
  })
  void versions_that_there_are_not_are_refused(String version, String code) {
    client.version = version;
    assertFault(client.ask(GET_INBOX), code);
  }

  @Test
  void what_is_newer_than_the_version_of_a_request_is_refused() {
    client.version = "Exchange2010_SP2";
    assertThat(client.ask(GET_INBOX).status()).isEqualTo(200);
    assertFault(client.ask("<m:GetImItemList/>"), "ErrorIncorrectSchemaVersion");
    assertFault(
        client.ask(GET_INBOX.replace("inbox", "conversationhistory")),
        "ErrorIncorrectSchemaVersion");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<m:GetFolder/>",
        "<m:GetFolder><m:FolderIds/><m:FolderShape/></m:GetFolder>",
        "<m:GetFolder><m:FolderShape><t:BaseShape>Everything</t:BaseShape></m:FolderShape><m:FolderIds/></m:GetFolder>",
        "<t:GetFolder/>",
        "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id=\"Inbox\"/></m:FolderIds></m:GetFolder>",
        "<m:DeleteItem DeleteType=\"Shred\"><m:ItemIds/></m:DeleteItem>",
        "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:Items><t:Message><t:Body>x</t:Body><t:Subject>late</t:Subject></t:Message></m:Items></m:CreateItem>",
        "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:Items><t:Message><t:Colour>x</t:Colour></t:Message></m:Items></m:CreateItem>",
        "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:Maybe/></m:Restriction><m:ParentFolderIds/></m:FindItem>",
        "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:IndexedPageItemView MaxEntriesReturned=\"many\" Offset=\"0\" BasePoint=\"Beginning\"/><m:ParentFolderIds/></m:FindItem>"
      })
  void what_breaks_the_schema_is_refused_with_the_place(String request) {
    HttpAnswer answer = client.ask(request);
    assertFault(answer, "ErrorSchemaValidation");
    assertThat(answer.body())
        .contains("<t:LineNumber>", "<t:LinePosition>", "<t:Violation>")
        .contains("The request failed schema validation: ");
  }

  @Test
  void the_order_of_elements_can_be_left_unchecked() {
    String unordered =
        "<m:GetFolder><m:FolderIds>%s</m:FolderIds><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape></m:GetFolder>"
            .formatted(distinguished("inbox"));
    assertFault(client.ask(unordered), "ErrorSchemaValidation");
    client.services.govern(new EwsSettings(EwsSettings.Validation.LENIENT, Optional.empty(), 0));
    assertThat(client.ask(unordered).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "<x/>",
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><x>&c;</x>",
        "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>",
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body/></s:Envelope>",
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"/>",
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><a"
      })
  void what_is_no_request_is_refused_without_a_word_of_our_own(String request) {
    HttpAnswer answer = client.services.answer(request.getBytes(StandardCharsets.UTF_8), asKen());
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body())
        .containsAnyOf("ErrorSchemaValidation", "ErrorInvalidRequest")
        .doesNotContain("Exception", "root:", "\tat ");
  }

  @Test
  void what_is_nested_beyond_reason_is_refused() {
    String deep = "<t:Not>".repeat(20_000) + "</t:Not>".repeat(20_000);
    HttpAnswer answer =
        client.ask(
            "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction>%s</m:Restriction><m:ParentFolderIds/></m:FindItem>"
                .formatted(deep));
    assertFault(answer, "ErrorSchemaValidation");
  }

  @Test
  void operations_that_there_are_not_get_a_fault_that_clients_do_not_retry() {
    assertFault(client.ask("<m:FlyToTheMoon/>"), "ErrorInvalidOperation");
    assertFault(
        client.ask(
            "<m:Subscribe><m:PushSubscriptionRequest><t:EventTypes/><t:StatusFrequency>1</t:StatusFrequency><t:URL>http://127.0.0.1/</t:URL></m:PushSubscriptionRequest></m:Subscribe>"),
        "ErrorInvalidOperation");
  }

  @Test
  void whoever_asks_too_much_is_told_when_to_come_again() {
    client.services.govern(new EwsSettings(EwsSettings.Validation.STRICT, Optional.empty(), 2));
    client.ask(GET_INBOX);
    client.ask(GET_INBOX);

    HttpAnswer busy = client.ask(GET_INBOX);
    assertFault(busy, "ErrorServerBusy");
    assertThat(busy.body()).contains("<t:Value Name=\"BackOffMilliseconds\">30000</t:Value>");
    assertThat(client.askAs(EwsClient.PILAR, GET_INBOX).status()).isEqualTo(200);

    client.now = client.now.plusSeconds(30);
    assertThat(client.ask(GET_INBOX).status()).isEqualTo(200);
  }
}
