package dev.concordat.simulator.autodiscover;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.mailboxes.Mailboxes.Redirection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * Autodiscover by SOAP: GetUserSettings, GetDomainSettings, GetFederationInformation. Errors come
 * with HTTP 200, at the level that they concern: request, user or domain, setting (ews.md 1.1).
 */
final class SoapAutodiscover {

  private static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
  private static final String NAMESPACE = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
  private static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";
  private static final Pattern VERSION = Pattern.compile("Exchange20\\d\\d(_SP\\d)?");

  /** More are refused at once (MaxUsersPerGetUserSettingsRequest; the number is assumed). */
  private static final int MOST_USERS = 100;

  private final Mailboxes mailboxes;
  private final UserSettings settings;

  SoapAutodiscover(Mailboxes mailboxes, UserSettings settings) {
    this.mailboxes = mailboxes;
    this.settings = settings;
  }

  /** An error of the whole request. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;

    Refused(String code, String message) {
      super(message, null, false, false);
      this.code = code;
    }
  }

  HttpAnswer answer(byte[] request) {
    Element envelope;
    try {
      envelope = Xml.read(request).getDocumentElement();
    } catch (Xml.Refused e) {
      return HttpAnswer.empty(400);
    }
    Optional<Element> asked =
        Xml.child(envelope, "Body").flatMap(body -> Xml.children(body).stream().findFirst());
    return switch (asked.map(Element::getLocalName).orElse("")) {
      case "GetUserSettingsRequestMessage" ->
          answer("GetUserSettings", envelope, asked.orElseThrow(), this::userSettings);
      case "GetDomainSettingsRequestMessage" ->
          answer("GetDomainSettings", envelope, asked.orElseThrow(), this::domainSettings);
      case "GetFederationInformationRequestMessage" ->
          answer(
              "GetFederationInformation",
              envelope,
              asked.orElseThrow(),
              _ -> {
                throw new Refused("NotFederated", "The domain is not configured for federation.");
              });
      default -> unsupported(envelope);
    };
  }

  /** What an operation answers. */
  private interface Operation {
    Xml.Content answer(Element request) throws Refused;
  }

  private static HttpAnswer answer(
      String name, Element envelope, Element message, Operation operation) {
    try {
      requireVersion(envelope);
      Element request =
          Xml.child(message, "Request")
              .orElseThrow(() -> new Refused("InvalidRequest", "The request is invalid."));
      return response(name, "NoError", "", operation.answer(request));
    } catch (Refused e) {
      return response(name, e.code, String.valueOf(e.getMessage()), _ -> {});
    }
  }

  private static void requireVersion(Element envelope) throws Refused {
    boolean given =
        Xml.at(envelope, "Header")
            .flatMap(it -> Xml.text(it, "RequestedServerVersion"))
            .filter(it -> VERSION.matcher(it).matches())
            .isPresent();
    if (!given) {
      throw new Refused(
          "InvalidRequest", "The RequestedServerVersion header is missing or invalid.");
    }
  }

  private static List<String> texts(Element request, String list) throws Refused {
    List<String> texts = new ArrayList<>();
    for (Element one : Xml.child(request, list).map(Xml::children).orElse(List.of())) {
      texts.add(Xml.text(one, "Mailbox").orElseGet(() -> one.getTextContent().strip()));
    }
    if (texts.isEmpty()) {
      throw new Refused("InvalidRequest", "The request names no " + list + ".");
    }
    return texts;
  }

  private Xml.Content userSettings(Element request) throws Refused {
    List<String> users = texts(request, "Users");
    List<String> wanted = texts(request, "RequestedSettings");
    if (users.size() > MOST_USERS) {
      throw new Refused("InvalidRequest", "The request names more than " + MOST_USERS + " users.");
    }
    return response ->
        response.element(
            "UserResponses",
            all -> {
              for (String user : users) {
                all.element("UserResponse", one -> user(one, user, wanted));
              }
            });
  }

  private void user(Xml.Writer one, String user, List<String> wanted) throws XMLStreamException {
    Optional<Redirection> redirection = mailboxes.redirection(user);
    Optional<Mailbox> mailbox = redirection.isPresent() ? Optional.empty() : mailboxes.find(user);
    if (redirection.isPresent()) {
      one.text("ErrorCode", redirection.get().isUrl() ? "RedirectUrl" : "RedirectAddress");
      one.text("ErrorMessage", "Redirection address.");
      one.text("RedirectTarget", redirection.get().target());
    } else {
      one.text("ErrorCode", mailbox.isPresent() ? "NoError" : "InvalidUser");
      one.text("ErrorMessage", mailbox.isPresent() ? "No error." : "Invalid user.");
      one.element("RedirectTarget", target -> target.attribute("i:nil", "true"));
    }
    one.element(
        "UserSettingErrors",
        all -> {
          for (String name : mailbox.isPresent() ? wanted : List.<String>of()) {
            if (settings.of(mailbox.get(), name).isEmpty()) {
              error(all, "UserSettingError", name, UserSettings.isKnown(name));
            }
          }
        });
    one.element(
        "UserSettings",
        all -> {
          // Only what was asked for: clients stumble over the rest.
          for (String name : mailbox.isPresent() ? wanted : List.<String>of()) {
            Optional<String> value = settings.of(mailbox.get(), name);
            if (value.isPresent()) {
              setting(all, "UserSetting", "StringSetting", name, value.get());
            }
          }
        });
  }

  private static void error(Xml.Writer out, String element, String setting, boolean known)
      throws XMLStreamException {
    out.element(
        element,
        it ->
            it.text("ErrorCode", known ? "SettingIsNotAvailable" : "InvalidSetting")
                .text(
                    "ErrorMessage",
                    known
                        ? "The setting '%s' is not available.".formatted(setting)
                        : "The setting '%s' is invalid.".formatted(setting))
                .text("SettingName", setting));
  }

  private static void setting(
      Xml.Writer out, String element, String type, String name, String value)
      throws XMLStreamException {
    out.element(
        element, it -> it.attribute("i:type", type).text("Name", name).text("Value", value));
  }

  private Xml.Content domainSettings(Element request) throws Refused {
    List<String> domains = texts(request, "Domains");
    List<String> wanted = texts(request, "RequestedSettings");
    return response ->
        response.element(
            "DomainResponses",
            all -> {
              for (String domain : domains) {
                all.element("DomainResponse", one -> domain(one, domain, wanted));
              }
            });
  }

  private void domain(Xml.Writer one, String domain, List<String> wanted)
      throws XMLStreamException {
    String end = "@" + domain.toLowerCase(Locale.ROOT);
    Optional<Mailbox> any =
        mailboxes.all().stream().filter(it -> it.address().endsWith(end)).findFirst();
    one.text("ErrorCode", any.isPresent() ? "NoError" : "InvalidDomain");
    one.text("ErrorMessage", any.isPresent() ? "No error." : "Invalid domain.");
    List<String> told = any.isPresent() ? wanted : List.of();
    one.element(
        "DomainSettingErrors",
        all -> {
          for (String name : told) {
            if (!isOfDomains(name)) {
              error(all, "DomainSettingError", name, false);
            }
          }
        });
    one.element(
        "DomainSettings",
        all -> {
          for (String name : told) {
            if (isOfDomains(name)) {
              setting(
                  all,
                  "DomainSetting",
                  "DomainStringSetting",
                  name,
                  settings.of(any.orElseThrow(), name).orElse(""));
            }
          }
        });
    one.element("RedirectTarget", target -> target.attribute("i:nil", "true"));
  }

  private static boolean isOfDomains(String setting) {
    return setting.equals("ExternalEwsUrl") || setting.equals("ExternalEwsVersion");
  }

  private static HttpAnswer response(
      String operation, String code, String message, Xml.Content content) {
    return HttpAnswer.xml(
        200,
        Xml.write(
            out ->
                out.element(
                    "s:Envelope",
                    envelope -> {
                      envelope.attribute("xmlns:s", SOAP);
                      envelope.attribute("xmlns:a", "http://www.w3.org/2005/08/addressing");
                      envelope.element("s:Header", header -> header(header, operation));
                      envelope.element(
                          "s:Body",
                          body ->
                              body.element(
                                  operation + "ResponseMessage",
                                  answer -> {
                                    answer.attribute("xmlns", NAMESPACE);
                                    answer.element(
                                        "Response",
                                        response -> {
                                          response.attribute("xmlns:i", INSTANCE);
                                          response.text("ErrorCode", code);
                                          response.text("ErrorMessage", message);
                                          content.write(response);
                                        });
                                  }));
                    })));
  }

  private static void header(Xml.Writer header, String operation) throws XMLStreamException {
    header.element(
        "a:Action",
        action ->
            action
                .attribute("s:mustUnderstand", "1")
                .characters(NAMESPACE + "/Autodiscover/" + operation + "Response"));
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

  /** The fault of the framework that the product's service is written with. */
  private static HttpAnswer unsupported(Element envelope) {
    String action = Xml.at(envelope, "Header").flatMap(it -> Xml.text(it, "Action")).orElse("");
    String shown = action.length() > 200 ? action.substring(0, 200) : action;
    return HttpAnswer.xml(
        500,
        Xml.write(
            out ->
                out.element(
                    "s:Envelope",
                    it -> {
                      it.attribute("xmlns:s", SOAP);
                      it.element(
                          "s:Body",
                          body ->
                              body.element(
                                  "s:Fault",
                                  fault -> {
                                    fault.element(
                                        "faultcode",
                                        code ->
                                            code.attribute(
                                                    "xmlns:a",
                                                    "http://schemas.microsoft.com/ws/2005/05/addressing/none")
                                                .characters("a:ActionNotSupported"));
                                    fault.element(
                                        "faultstring",
                                        text ->
                                            text.attribute("xml:lang", "en-US")
                                                .characters(
                                                    "The message with Action '%s' cannot be processed at the receiver, due to a ContractFilter mismatch at the EndpointDispatcher."
                                                        .formatted(shown)));
                                  }));
                    })));
  }
}
