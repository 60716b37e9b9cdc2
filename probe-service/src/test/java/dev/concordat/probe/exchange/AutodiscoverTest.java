package dev.concordat.probe.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.diagnosis.Reply;
import dev.concordat.diagnosis.Reply.Elsewhere;
import java.net.URI;
import org.junit.jupiter.api.Test;

class AutodiscoverTest {

  private static final URI SVC =
      URI.create("https://autodiscover.litwareinc.com/autodiscover/autodiscover.svc");

  @Test
  void get_user_settings_is_asked_as_the_vendors_client_asks() {
    assertThat(new String(Autodiscover.userSettings("kenmyer@litwareinc.com", SVC), UTF_8))
        .contains("xmlns:a=\"http://schemas.microsoft.com/exchange/2010/Autodiscover\"")
        .contains("<a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion>")
        .contains(
            "<wsa:Action>http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings</wsa:Action>")
        .contains("<wsa:To>" + SVC + "</wsa:To>")
        .contains(
            "<a:Users><a:User><a:Mailbox>kenmyer@litwareinc.com</a:Mailbox></a:User></a:Users>")
        .contains("<a:Setting>ExternalEwsUrl</a:Setting>");
  }

  @Test
  void plain_old_xml_is_asked_in_its_own_namespace() {
    assertThat(new String(Autodiscover.pox("kenmyer@litwareinc.com"), UTF_8))
        .contains(
            "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\"><Request><EMailAddress>kenmyer@litwareinc.com</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>");
  }

  @Test
  void the_external_url_comes_before_the_internal_one() {
    assertThat(
            soap(
                "NoError",
                "<UserResponse><ErrorCode>NoError</ErrorCode><ErrorMessage>No error.</ErrorMessage><RedirectTarget i:nil=\"true\"/><UserSettingErrors/><UserSettings>"
                    + setting("InternalEwsUrl", "https://inside.litwareinc.com/EWS/Exchange.asmx")
                    + setting("ExternalEwsUrl", "https://outside.litwareinc.com/EWS/Exchange.asmx")
                    + "</UserSettings></UserResponse>"))
        .isEqualTo(
            new Autodiscover.Answer(
                new Reply.Done(), "https://outside.litwareinc.com/EWS/Exchange.asmx"));
  }

  @Test
  void a_user_without_a_url_is_done_without_one() {
    assertThat(
            soap(
                "NoError",
                "<UserResponse><ErrorCode>NoError</ErrorCode><UserSettings/></UserResponse>"))
        .isEqualTo(new Autodiscover.Answer(new Reply.Done(), null));
  }

  @Test
  void an_unknown_user_is_refused() {
    assertThat(
            soap(
                    "NoError",
                    "<UserResponse><ErrorCode>InvalidUser</ErrorCode><ErrorMessage>Invalid user.</ErrorMessage></UserResponse>")
                .reply())
        .isEqualTo(new Reply.Refused("InvalidUser", "Invalid user.", null));
  }

  @Test
  void a_request_can_be_refused_as_a_whole() {
    assertThat(soap("InvalidRequest", "").reply())
        .isEqualTo(new Reply.Refused("InvalidRequest", "Whole.", null));
  }

  @Test
  void redirects_name_an_address_or_a_url() {
    assertThat(
            soap(
                    "NoError",
                    "<UserResponse><ErrorCode>RedirectAddress</ErrorCode><RedirectTarget>ken@fabrikam.com</RedirectTarget></UserResponse>")
                .reply())
        .isEqualTo(new Elsewhere(Elsewhere.To.ADDRESS, "ken@fabrikam.com"));
    assertThat(
            soap(
                    "NoError",
                    "<UserResponse><ErrorCode>RedirectUrl</ErrorCode><RedirectTarget>https://x.litwareinc.com/autodiscover/autodiscover.svc</RedirectTarget></UserResponse>")
                .reply())
        .isEqualTo(
            new Elsewhere(
                Elsewhere.To.URL, "https://x.litwareinc.com/autodiscover/autodiscover.svc"));
  }

  @Test
  void plain_old_xml_gives_the_url_from_outside_first() {
    assertThat(
            pox(
                "<User><DisplayName>Ken Myer</DisplayName></User><Account><AccountType>email</AccountType><Action>settings</Action><Protocol><Type>EXCH</Type><ASUrl>https://inside/EWS/Exchange.asmx</ASUrl></Protocol><Protocol><Type>EXPR</Type><ASUrl>https://as/EWS/Exchange.asmx</ASUrl><EwsUrl>https://outside/EWS/Exchange.asmx</EwsUrl></Protocol><Protocol><Type>WEB</Type><Internal><Protocol><ASUrl>https://web</ASUrl></Protocol></Internal></Protocol></Account>"))
        .isEqualTo(new Autodiscover.Answer(new Reply.Done(), "https://outside/EWS/Exchange.asmx"));
  }

  @Test
  void plain_old_xml_redirects_too() {
    assertThat(
            pox("<Account><Action>redirectAddr</Action><RedirectAddr>ken@fabrikam.com</RedirectAddr></Account>")
                .reply())
        .isEqualTo(new Elsewhere(Elsewhere.To.ADDRESS, "ken@fabrikam.com"));
  }

  @Test
  void an_error_of_plain_old_xml_has_a_number() {
    assertThat(
            pox("<Error Time=\"21:25:04.8897083\" Id=\"4130155072\"><ErrorCode>500</ErrorCode><Message>The e-mail address cannot be found.</Message><DebugData/></Error>")
                .reply())
        .isEqualTo(new Reply.Refused("InvalidUser", "The e-mail address cannot be found.", null));
    assertThat(
            pox("<Error><ErrorCode>600</ErrorCode><Message>Invalid Request</Message></Error>")
                .reply())
        .isEqualTo(new Reply.Refused("600", "Invalid Request", null));
  }

  @Test
  void what_is_no_autodiscover_is_foreign() {
    assertThat(Autodiscover.readUserSettings("<a/>".getBytes(UTF_8)).reply())
        .isInstanceOf(Reply.Foreign.class);
    assertThat(Autodiscover.readPox("<html></html>".getBytes(UTF_8)).reply())
        .isInstanceOf(Reply.Foreign.class);
  }

  private static String setting(String name, String value) {
    return "<UserSetting i:type=\"StringSetting\"><Name>"
        + name
        + "</Name><Value>"
        + value
        + "</Value></UserSetting>";
  }

  private static Autodiscover.Answer soap(String code, String users) {
    return Autodiscover.readUserSettings(
        ("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header/><s:Body><GetUserSettingsResponseMessage xmlns=\"http://schemas.microsoft.com/exchange/2010/Autodiscover\"><Response xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><ErrorCode>"
                + code
                + "</ErrorCode><ErrorMessage>Whole.</ErrorMessage><UserResponses>"
                + users
                + "</UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>")
            .getBytes(UTF_8));
  }

  private static Autodiscover.Answer pox(String response) {
    return Autodiscover.readPox(
        ("<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\"><Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\">"
                + response
                + "</Response></Autodiscover>")
            .getBytes(UTF_8));
  }
}
