package dev.concordat.simulator.autodiscover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Mailboxes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

class AutodiscoverTest {

  private static final String KEN = "kenmyer@litwareinc.com";
  private static final String EWS = "https://atl-exchange-001.litwareinc.com/EWS/Exchange.asmx";

  private final Mailboxes mailboxes = new Mailboxes();
  private final Autodiscover autodiscover = new Autodiscover(mailboxes, EWS);

  @BeforeEach
  void make() {
    mailboxes.make(KEN);
    mailboxes.redirect("moved@litwareinc.com", "moved@contoso.com");
    mailboxes.redirect("away@litwareinc.com", "https://autodiscover.contoso.com/autodiscover.svc");
  }

  private HttpAnswer soap(String body) {
    return soap(body, "<a:RequestedServerVersion>Exchange2016</a:RequestedServerVersion>");
  }

  private HttpAnswer soap(String body, String header) {
    return autodiscover.soap(
        """
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
        xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover"><s:Header>%s</s:Header>\
        <s:Body>%s</s:Body></s:Envelope>"""
            .formatted(header, body)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String userSettings(String address, String... settings) {
    return "<a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>%s</a:Mailbox></a:User></a:Users><a:RequestedSettings>%s</a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage>"
        .formatted(
            address,
            String.join(
                "",
                java.util.Arrays.stream(settings)
                    .map("<a:Setting>%s</a:Setting>"::formatted)
                    .toList()));
  }

  private static List<String> texts(HttpAnswer answer, String name) throws Exception {
    var nodes =
        Xml.read(answer.body().getBytes(StandardCharsets.UTF_8))
            .getDocumentElement()
            .getElementsByTagNameNS("*", name);
    return java.util.stream.IntStream.range(0, nodes.getLength())
        .mapToObj(i -> ((Element) nodes.item(i)).getTextContent())
        .toList();
  }

  @Test
  void settings_come_as_asked_for_and_errors_at_the_setting_that_they_concern() throws Exception {
    HttpAnswer answer =
        soap(userSettings(KEN, "ExternalEwsUrl", "ExternalOABUrl", "FavouriteColour"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(texts(answer, "Name")).containsExactly("ExternalEwsUrl");
    assertThat(texts(answer, "Value")).containsExactly(EWS);
    assertThat(texts(answer, "SettingName")).containsExactly("ExternalOABUrl", "FavouriteColour");
    assertThat(texts(answer, "ErrorCode"))
        .containsExactly("NoError", "NoError", "SettingIsNotAvailable", "InvalidSetting");
  }

  @Test
  void users_are_unknown_or_elsewhere_each_by_himself() throws Exception {
    assertThat(texts(soap(userSettings("nobody@litwareinc.com", "ExternalEwsUrl")), "ErrorCode"))
        .containsExactly("NoError", "InvalidUser");
    HttpAnswer moved = soap(userSettings("moved@litwareinc.com", "ExternalEwsUrl"));
    assertThat(texts(moved, "ErrorCode")).containsExactly("NoError", "RedirectAddress");
    assertThat(texts(moved, "RedirectTarget")).containsExactly("moved@contoso.com");
    assertThat(texts(soap(userSettings("away@litwareinc.com", "ExternalEwsUrl")), "ErrorCode"))
        .containsExactly("NoError", "RedirectUrl");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<a:RequestedServerVersion>V2015_10_05</a:RequestedServerVersion>",
        "<a:RequestedServerVersion/>"
      })
  void without_a_version_that_it_knows_the_whole_request_is_refused(String header)
      throws Exception {
    HttpAnswer answer = soap(userSettings(KEN, "ExternalEwsUrl"), header);
    assertThat(texts(answer, "ErrorCode")).containsExactly("InvalidRequest");
    assertThat(texts(answer, "ErrorMessage"))
        .containsExactly("The RequestedServerVersion header is missing or invalid.");
  }

  @Test
  void domains_have_settings_too_and_none_is_federated() throws Exception {
    HttpAnswer domain =
        soap(
            "<a:GetDomainSettingsRequestMessage><a:Request><a:Domains><a:Domain>litwareinc.com</a:Domain><a:Domain>contoso.com</a:Domain></a:Domains><a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting></a:RequestedSettings></a:Request></a:GetDomainSettingsRequestMessage>");
    assertThat(texts(domain, "ErrorCode")).containsExactly("NoError", "NoError", "InvalidDomain");
    assertThat(texts(domain, "Value")).containsExactly(EWS);
    assertThat(
            texts(
                soap(
                    "<a:GetFederationInformationRequestMessage><a:Request><a:Domain>litwareinc.com</a:Domain></a:Request></a:GetFederationInformationRequestMessage>"),
                "ErrorCode"))
        .containsExactly("NotFederated");
  }

  @Test
  void other_operations_get_the_fault_of_the_framework() {
    HttpAnswer answer = soap("<a:FlyToTheMoon/>");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("a:ActionNotSupported");
    assertThat(autodiscover.soap("<!DOCTYPE x><x/>".getBytes(StandardCharsets.UTF_8)).status())
        .isEqualTo(400);
  }

  private HttpAnswer pox(String content) {
    return autodiscover.pox(
        "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\">%s</Autodiscover>"
            .formatted(content)
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void plain_xml_tells_settings_redirects_and_errors() throws Exception {
    String request = "<Request><EMailAddress>%s</EMailAddress></Request>";
    assertThat(texts(pox(request.formatted(KEN)), "ASUrl")).containsExactly(EWS, EWS);
    assertThat(texts(pox(request.formatted("moved@litwareinc.com")), "RedirectAddr"))
        .containsExactly("moved@contoso.com");
    assertThat(texts(pox(request.formatted("away@litwareinc.com")), "Action"))
        .containsExactly("redirectUrl");
    assertThat(texts(pox(request.formatted("nobody@litwareinc.com")), "ErrorCode"))
        .containsExactly("500");
    assertThat(texts(pox("<Nothing/>"), "ErrorCode")).containsExactly("600");
    assertThat(
            texts(
                pox(
                    "<Request><EMailAddress>%s</EMailAddress><AcceptableResponseSchema>urn:other</AcceptableResponseSchema></Request>"
                        .formatted(KEN)),
                "ErrorCode"))
        .containsExactly("601");
  }

  @Test
  void json_tells_anyone_where_a_protocol_is() {
    assertThat(autodiscover.json(KEN, "Ews").body())
        .isEqualTo("{\"Protocol\":\"Ews\",\"Url\":\"" + EWS + "\"}");
    assertThat(autodiscover.json(KEN, "").status()).isEqualTo(400);
    HttpAnswer unsupported = autodiscover.json(KEN, "X\"Y");
    assertThat(unsupported.status()).isEqualTo(400);
    assertThat(unsupported.body()).contains("ProtocolNotSupported", "X\\\"Y");
    assertThat(autodiscover.json("nobody@litwareinc.com", "Ews").status()).isEqualTo(404);
    HttpAnswer away = autodiscover.json("away@litwareinc.com", "Ews");
    assertThat(away.status()).isEqualTo(302);
    assertThat(away.headers().get("Location"))
        .containsExactly("https://autodiscover.contoso.com/autodiscover.svc");
  }
}
