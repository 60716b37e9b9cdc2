package dev.concordat.simulator.autodiscover;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.mailboxes.Mailboxes.Redirection;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/** Autodiscover in plain old XML; errors too come with HTTP 200 (ews.md 1.2). */
final class PoxAutodiscover {

  private static final String OUTER =
      "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
  private static final String INNER =
      "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSS");

  private final Mailboxes mailboxes;
  private final String ewsUrl;

  PoxAutodiscover(Mailboxes mailboxes, String ewsUrl) {
    this.mailboxes = mailboxes;
    this.ewsUrl = ewsUrl;
  }

  HttpAnswer answer(byte[] body) {
    Optional<Element> request;
    try {
      request = Xml.child(Xml.read(body).getDocumentElement(), "Request");
    } catch (Xml.Refused e) {
      request = Optional.empty();
    }
    Optional<String> address = request.flatMap(it -> Xml.text(it, "EMailAddress"));
    if (address.isEmpty()) {
      return error("600", "Invalid Request");
    }
    Optional<String> schema = request.flatMap(it -> Xml.text(it, "AcceptableResponseSchema"));
    if (schema.isPresent() && !schema.get().equals(INNER)) {
      return error("601", "Provider is not available");
    }
    Optional<Redirection> redirection = mailboxes.redirection(address.get());
    if (redirection.isPresent()) {
      return response(INNER, it -> redirect(it, redirection.get()));
    }
    return mailboxes
        .find(address.get())
        .map(mailbox -> response(INNER, it -> settings(it, mailbox)))
        .orElseGet(() -> error("500", "The email address can't be found."));
  }

  private static void redirect(Xml.Writer response, Redirection redirection)
      throws XMLStreamException {
    response.element(
        "Account",
        account -> {
          account.text("Action", redirection.isUrl() ? "redirectUrl" : "redirectAddr");
          account.text(redirection.isUrl() ? "RedirectUrl" : "RedirectAddr", redirection.target());
        });
  }

  private void settings(Xml.Writer response, Mailbox mailbox) throws XMLStreamException {
    response.element(
        "User",
        user ->
            user.text("DisplayName", mailbox.displayName())
                .text("AutoDiscoverSMTPAddress", mailbox.address()));
    response.element(
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

  private static HttpAnswer error(String code, String message) {
    return response(
        OUTER,
        response ->
            response.element(
                "Error",
                error ->
                    error
                        .attribute("Time", TIME.format(LocalTime.now(ZoneOffset.UTC)))
                        .attribute("Id", Integer.toUnsignedString((code + message).hashCode()))
                        .text("ErrorCode", code)
                        .text("Message", message)
                        .empty("DebugData")));
  }

  private static HttpAnswer response(String namespace, Xml.Content content) {
    return HttpAnswer.xml(
        200,
        Xml.write(
            out ->
                out.element(
                    "Autodiscover",
                    outer -> {
                      outer.attribute("xmlns", OUTER);
                      outer.element(
                          "Response",
                          response -> {
                            response.attribute("xmlns", namespace);
                            content.write(response);
                          });
                    })));
  }
}
