package dev.concordat.simulator.autodiscover;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * Autodiscover: where a user's Exchange Web Services are (EWS and Autodiscover reference; the
 * shapes that clients insist on are in ews.md 1).
 */
public final class Autodiscover {

  private static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
  private static final String NAMESPACE = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
  private static final String POX_OUTER =
      "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
  private static final String POX_INNER =
      "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

  /** 2016 and later append the last two (assumed). */
  private static final String SCHEMAS =
      "Exchange2007, Exchange2007_SP1, Exchange2010, Exchange2010_SP1, Exchange2010_SP2,"
          + " Exchange2013, Exchange2013_SP1, Exchange2015, Exchange2016";

  private static final Pattern VERSION = Pattern.compile("Exchange20\\d\\d(_SP\\d)?");

  private final Mailboxes mailboxes;
  private final String ewsUrl;

  /**
   * @param ewsUrl where Exchange Web Services are
   */
  public Autodiscover(Mailboxes mailboxes, String ewsUrl) {
    this.mailboxes = mailboxes;
    this.ewsUrl = ewsUrl;
  }

  /** POST {@code /autodiscover/autodiscover.svc}: {@code GetUserSettings}. */
  public HttpAnswer soap(byte[] request) {
    Element envelope;
    try {
      envelope = Xml.read(request).getDocumentElement();
    } catch (Xml.Refused e) {
      return HttpAnswer.empty(400);
    }
    Optional<String> version =
        Xml.at(envelope, "Header").flatMap(it -> Xml.text(it, "RequestedServerVersion"));
    if (version.isEmpty() || !VERSION.matcher(version.get()).matches()) {
      return response(
          "InvalidRequest",
          "The RequestedServerVersion header is missing or invalid.",
          List.of(),
          List.of());
    }
    Optional<Element> asked = Xml.at(envelope, "Body", "GetUserSettingsRequestMessage", "Request");
    if (asked.isEmpty()) {
      return response("InvalidRequest", "The request is not supported.", List.of(), List.of());
    }
    List<String> users =
        Xml.child(asked.get(), "Users").stream()
            .flatMap(it -> Xml.children(it).stream())
            .flatMap(it -> Xml.text(it, "Mailbox").stream())
            .toList();
    List<String> settings =
        Xml.child(asked.get(), "RequestedSettings").stream()
            .flatMap(it -> Xml.children(it).stream())
            .map(it -> it.getTextContent().strip())
            .toList();
    return response("NoError", "", users, settings);
  }

  private HttpAnswer response(
      String code, String message, List<String> users, List<String> settings) {
    return HttpAnswer.xml(
        200,
        Xml.write(
            out ->
                out.element(
                    "s:Envelope",
                    envelope -> {
                      envelope.attribute("xmlns:s", SOAP);
                      envelope.attribute("xmlns:a", "http://www.w3.org/2005/08/addressing");
                      envelope.element("s:Header", Autodiscover::header);
                      envelope.element(
                          "s:Body",
                          body ->
                              body.element(
                                  "GetUserSettingsResponseMessage",
                                  answer -> {
                                    answer.attribute("xmlns", NAMESPACE);
                                    answer.element(
                                        "Response",
                                        response -> {
                                          response.attribute(
                                              "xmlns:i",
                                              "http://www.w3.org/2001/XMLSchema-instance");
                                          response.text("ErrorCode", code);
                                          response.text("ErrorMessage", message);
                                          response.element(
                                              "UserResponses",
                                              all -> {
                                                for (String user : users) {
                                                  all.element(
                                                      "UserResponse",
                                                      one -> user(one, user, settings));
                                                }
                                              });
                                        });
                                  }));
                    })));
  }

  private static void header(Xml.Writer header) throws XMLStreamException {
    header.element(
        "a:Action",
        action ->
            action
                .attribute("s:mustUnderstand", "1")
                .characters(NAMESPACE + "/Autodiscover/GetUserSettingsResponse"));
    header.element(
        "h:ServerVersionInfo",
        version ->
            version
                .attribute("xmlns:h", NAMESPACE)
                .text("h:MajorVersion", "15")
                .text("h:MinorVersion", "2")
                .text("h:MajorBuildNumber", "1748")
                .text("h:MinorBuildNumber", "10")
                .text("h:Version", "Exchange2015"));
  }

  private void user(Xml.Writer one, String user, List<String> settings) throws XMLStreamException {
    Optional<Mailbox> mailbox = mailboxes.find(user);
    one.text("ErrorCode", mailbox.isPresent() ? "NoError" : "InvalidUser");
    one.text("ErrorMessage", mailbox.isPresent() ? "No error." : "Invalid user.");
    one.element("RedirectTarget", target -> target.attribute("i:nil", "true"));
    one.empty("UserSettingErrors");
    Map<String, String> known = mailbox.map(this::settings).orElse(Map.of());
    one.element(
        "UserSettings",
        all -> {
          // Only what was asked for: clients stumble over the rest.
          for (String setting : settings) {
            String value = known.get(setting);
            if (value != null) {
              all.element(
                  "UserSetting",
                  it ->
                      it.attribute("i:type", "StringSetting")
                          .text("Name", setting)
                          .text("Value", value));
            }
          }
        });
  }

  private Map<String, String> settings(Mailbox mailbox) {
    var settings = new LinkedHashMap<String, String>();
    settings.put("UserDisplayName", mailbox.displayName());
    settings.put("AutoDiscoverSMTPAddress", mailbox.address());
    settings.put("InternalEwsUrl", ewsUrl);
    settings.put("ExternalEwsUrl", ewsUrl);
    settings.put("EwsSupportedSchemas", SCHEMAS);
    settings.put("CasVersion", "15.02.1748.010");
    return settings;
  }

  /** POST {@code /autodiscover/autodiscover.xml}: plain old XML. */
  public HttpAnswer pox(byte[] request) {
    Optional<String> address;
    try {
      address =
          Xml.at(Xml.read(request).getDocumentElement(), "Request")
              .flatMap(it -> Xml.text(it, "EMailAddress"));
    } catch (Xml.Refused e) {
      address = Optional.empty();
    }
    if (address.isEmpty()) {
      return poxError("600", "Invalid Request");
    }
    Optional<Mailbox> mailbox = mailboxes.find(address.get());
    if (mailbox.isEmpty()) {
      return poxError("500", "The email address can't be found.");
    }
    return HttpAnswer.xml(
        200,
        Xml.write(
            out ->
                out.element(
                    "Autodiscover",
                    outer -> {
                      outer.attribute("xmlns", POX_OUTER);
                      outer.element("Response", inner -> poxSettings(inner, mailbox.get()));
                    })));
  }

  private void poxSettings(Xml.Writer inner, Mailbox mailbox) throws XMLStreamException {
    inner.attribute("xmlns", POX_INNER);
    inner.element(
        "User",
        user ->
            user.text("DisplayName", mailbox.displayName())
                .text("AutoDiscoverSMTPAddress", mailbox.address()));
    inner.element(
        "Account",
        account -> {
          account.text("AccountType", "email");
          account.text("Action", "settings");
          account.text("MicrosoftOnline", "False");
          account.element(
              "Protocol",
              it -> it.text("Type", "EXCH").text("ASUrl", ewsUrl).text("EwsUrl", ewsUrl));
          account.element(
              "Protocol",
              it ->
                  it.text("Type", "EXPR")
                      .text("AuthPackage", "Ntlm")
                      .text("ASUrl", ewsUrl)
                      .text("EwsUrl", ewsUrl));
        });
  }

  private static HttpAnswer poxError(String code, String message) {
    return HttpAnswer.xml(
        200,
        Xml.write(
            out ->
                out.element(
                    "Autodiscover",
                    outer -> {
                      outer.attribute("xmlns", POX_OUTER);
                      outer.element(
                          "Response",
                          inner -> {
                            inner.attribute("xmlns", POX_OUTER);
                            inner.element(
                                "Error",
                                error ->
                                    error
                                        .attribute("Time", "21:25:04.8897083")
                                        .attribute("Id", "4130155072")
                                        .text("ErrorCode", code)
                                        .text("Message", message)
                                        .empty("DebugData"));
                          });
                    })));
  }

  /** GET {@code /autodiscover/autodiscover.json}: where a protocol is, for anyone. */
  public HttpAnswer json(String address, String protocol) {
    if (!protocol.equalsIgnoreCase("Ews")) {
      return HttpAnswer.json(
          400,
          "{\"ErrorCode\":\"ProtocolNotSupported\",\"ErrorMessage\":\"The given protocol value is"
              + " not supported. Supported values are 'Ews'\"}");
    }
    return mailboxes.find(address).isPresent()
        ? HttpAnswer.json(200, "{\"Protocol\":\"Ews\",\"Url\":\"" + ewsUrl + "\"}")
        : HttpAnswer.json(
            404,
            "{\"ErrorCode\":\"UserNotFound\",\"ErrorMessage\":\"The given user is not found.\"}");
  }
}
