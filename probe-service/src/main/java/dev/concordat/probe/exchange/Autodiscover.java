package dev.concordat.probe.exchange;

import static dev.concordat.probe.exchange.Namespace.ADDRESSING;
import static dev.concordat.probe.exchange.Namespace.AUTODISCOVER;
import static dev.concordat.probe.exchange.Namespace.POX_REQUEST;
import static dev.concordat.probe.exchange.Namespace.SOAP;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.diagnosis.Reply;
import dev.concordat.diagnosis.Shown;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a mailbox's Exchange Web Services are, asked of Autodiscover: by SOAP ({@code
 * GetUserSettings}, as Skype for Business does it), by plain old XML, and by the JSON of later
 * servers (EWS and Autodiscover reference; ews.md 1).
 */
public final class Autodiscover {

  private static final String ACTION =
      "http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings";
  private static final String POX_ANSWER =
      "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

  /** From outside first: that is the URL that others than Exchange itself are meant to use. */
  private static final List<String> EWS_URLS = List.of("ExternalEwsUrl", "InternalEwsUrl");

  private Autodiscover() {}

  /** {@code GetUserSettings} for this mailbox. */
  public static byte[] userSettings(String smtpAddress, URI to) {
    return XmlElement.of(
            SOAP,
            "Envelope",
            XmlElement.of(
                SOAP,
                "Header",
                XmlElement.of(AUTODISCOVER, "RequestedServerVersion", "Exchange2013"),
                XmlElement.of(ADDRESSING, "Action", ACTION),
                XmlElement.of(ADDRESSING, "To", to.toString())),
            XmlElement.of(
                SOAP,
                "Body",
                a(
                    "GetUserSettingsRequestMessage",
                    a(
                        "Request",
                        a("Users", a("User", XmlElement.of(AUTODISCOVER, "Mailbox", smtpAddress))),
                        a(
                            "RequestedSettings",
                            XmlElement.of(AUTODISCOVER, "Setting", "InternalEwsUrl"),
                            XmlElement.of(AUTODISCOVER, "Setting", "ExternalEwsUrl"),
                            XmlElement.of(AUTODISCOVER, "Setting", "EwsSupportedSchemas"))))))
        .write();
  }

  /** The plain old XML for this mailbox. */
  public static byte[] pox(String smtpAddress) {
    return XmlElement.of(
            POX_REQUEST,
            "Autodiscover",
            XmlElement.of(
                POX_REQUEST,
                "Request",
                XmlElement.of(POX_REQUEST, "EMailAddress", smtpAddress),
                XmlElement.of(POX_REQUEST, "AcceptableResponseSchema", POX_ANSWER)))
        .write();
  }

  /**
   * An answer.
   *
   * @param reply what it says
   * @param ewsUrl where EWS is; absent where it does not tell, also though it did what was asked
   */
  public record Answer(Reply reply, @Nullable String ewsUrl) {}

  /** Reads an answer to {@link #userSettings}. */
  public static Answer readUserSettings(byte[] body) {
    XmlElement root;
    try {
      root = XmlElement.read(body);
    } catch (XmlElement.Unreadable e) {
      return foreign(body, String.valueOf(e.getMessage()));
    }
    Optional<XmlElement> content =
        Ews.isEnvelope(root)
            ? root.child("Body").flatMap(it -> it.children().stream().findFirst())
            : Optional.empty();
    if (content.filter(it -> it.name().equals("Fault")).isPresent()) {
      return new Answer(Ews.fault(content.get()), null);
    }
    Optional<XmlElement> response = content.flatMap(it -> it.child("Response"));
    if (response.isEmpty()) {
      return foreign(body, "its root is " + root.name());
    }
    // A request can be refused as a whole, or for its one user.
    Optional<XmlElement> user = response.get().at("UserResponses", "UserResponse");
    XmlElement decisive =
        isError(response.get()) || user.isEmpty() ? response.get() : user.orElseThrow();
    String code = decisive.textAt("ErrorCode").orElse("NoError");
    String target = decisive.textAt("RedirectTarget").orElse("");
    return switch (code) {
      case "NoError" -> new Answer(new Reply.Done(), ewsUrl(decisive));
      case "RedirectAddress" ->
          new Answer(new Reply.Elsewhere(Reply.Elsewhere.To.ADDRESS, target), null);
      case "RedirectUrl" -> new Answer(new Reply.Elsewhere(Reply.Elsewhere.To.URL, target), null);
      default ->
          new Answer(
              new Reply.Refused(
                  Shown.text(code), Shown.text(decisive.textAt("ErrorMessage").orElse("")), null),
              null);
    };
  }

  private static boolean isError(XmlElement response) {
    return !response.textAt("ErrorCode").orElse("NoError").equals("NoError");
  }

  private static @Nullable String ewsUrl(XmlElement user) {
    Map<String, String> settings =
        user.at("UserSettings").map(XmlElement::children).orElse(List.of()).stream()
            .filter(it -> it.textAt("Name").isPresent() && it.textAt("Value").isPresent())
            .collect(
                Collectors.toMap(
                    it -> it.textAt("Name").orElseThrow(),
                    it -> it.textAt("Value").orElseThrow(),
                    (first, second) -> first));
    return EWS_URLS.stream().map(settings::get).filter(it -> it != null).findFirst().orElse(null);
  }

  /** Reads an answer to {@link #pox}. */
  public static Answer readPox(byte[] body) {
    XmlElement root;
    try {
      root = XmlElement.read(body);
    } catch (XmlElement.Unreadable e) {
      return foreign(body, String.valueOf(e.getMessage()));
    }
    Optional<XmlElement> response =
        root.name().equals("Autodiscover") ? root.child("Response") : Optional.empty();
    if (response.isEmpty()) {
      return foreign(body, "its root is " + root.name());
    }
    Optional<XmlElement> error = response.get().child("Error");
    if (error.isPresent()) {
      String code = error.get().textAt("ErrorCode").orElse("an error without a code");
      String message = Shown.text(error.get().textAt("Message").orElse(""));
      // 500 is the number of "the e-mail address cannot be found" (assumed).
      return new Answer(
          new Reply.Refused(code.equals("500") ? "InvalidUser" : Shown.text(code), message, null),
          null);
    }
    Optional<XmlElement> account = response.get().child("Account");
    String action = account.flatMap(it -> it.textAt("Action")).orElse("settings");
    return switch (action) {
      case "settings" ->
          new Answer(new Reply.Done(), account.map(Autodiscover::poxUrl).orElse(null));
      case "redirectAddr" ->
          new Answer(elsewhere(account, Reply.Elsewhere.To.ADDRESS, "RedirectAddr"), null);
      case "redirectUrl" ->
          new Answer(elsewhere(account, Reply.Elsewhere.To.URL, "RedirectUrl"), null);
      default -> foreign(body, "its action is " + action);
    };
  }

  private static Reply.Elsewhere elsewhere(
      Optional<XmlElement> account, Reply.Elsewhere.To to, String name) {
    return new Reply.Elsewhere(to, account.flatMap(it -> it.textAt(name)).orElse(""));
  }

  /** EXPR is the protocol from outside, EXCH the one from inside. */
  private static @Nullable String poxUrl(XmlElement account) {
    Function<String, Optional<String>> byType =
        type ->
            account.children().stream()
                .filter(it -> it.name().equals("Protocol"))
                .filter(it -> it.textAt("Type").filter(type::equals).isPresent())
                .flatMap(it -> it.textAt("EwsUrl").or(() -> it.textAt("ASUrl")).stream())
                .findFirst();
    return byType.apply("EXPR").or(() -> byType.apply("EXCH")).orElse(null);
  }

  /** Reads an answer to the anonymous question for the protocol {@code Ews} (ews.md 1.3). */
  public static Answer readJson(byte[] body) {
    JsonNode answer;
    try {
      answer = Json.mapper().readTree(body);
    } catch (IOException e) {
      return foreign(body, "it is no JSON");
    }
    String code = answer.path("ErrorCode").asText("");
    if (!code.isEmpty()) {
      return new Answer(
          new Reply.Refused(
              code.equals("UserNotFound") ? "InvalidUser" : Shown.text(code),
              Shown.text(answer.path("ErrorMessage").asText("")),
              null),
          null);
    }
    return answer.path("Url").isTextual()
        ? new Answer(new Reply.Done(), answer.path("Url").asText())
        : foreign(body, "it has no Url");
  }

  private static Answer foreign(byte[] body, String why) {
    return new Answer(Reply.Foreign.of(body, Shown.text(why)), null);
  }

  private static XmlElement a(String name, XmlElement... children) {
    return XmlElement.of(AUTODISCOVER, name, children);
  }
}
