package dev.concordat.simulator.exchange;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.HttpCall;
import dev.concordat.simulator.Placeholders;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.faults.Effect;
import java.util.Optional;

/** Autodiscover's errors and redirects on demand (ews.md 1.2, 1.3). */
final class FaultyAutodiscover {

  private static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
  private static final String NAMESPACE = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
  private static final String POX_OUTER =
      "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
  private static final String POX_INNER =
      "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

  private FaultyAutodiscover() {}

  static Optional<HttpAnswer> soap(HttpCall call) {
    return call.effect(Effect.AutodiscoverError.class)
        .map(it -> soap(it.code(), "As was asked for.", ""))
        .or(
            () ->
                call.effect(Effect.AutodiscoverRedirect.class)
                    .map(
                        it ->
                            soap(
                                it.toUrl() ? "RedirectUrl" : "RedirectAddress",
                                "Redirection " + (it.toUrl() ? "URL." : "address."),
                                target(it, call))));
  }

  static Optional<HttpAnswer> pox(HttpCall call) {
    return call.effect(Effect.AutodiscoverError.class)
        .map(
            it ->
                pox(
                    response ->
                        response.element(
                            "Error",
                            error ->
                                error
                                    .attribute("Time", "21:25:04.8897083")
                                    .attribute("Id", "4130155072")
                                    .text(
                                        "ErrorCode",
                                        it.code().equals("InvalidUser") ? "500" : "600")
                                    .text("Message", it.code())
                                    .empty("DebugData"))))
        .or(
            () ->
                call.effect(Effect.AutodiscoverRedirect.class)
                    .map(
                        it ->
                            pox(
                                response ->
                                    response.element(
                                        "Account",
                                        account ->
                                            account
                                                .text("AccountType", "email")
                                                .text(
                                                    "Action",
                                                    it.toUrl() ? "redirectUrl" : "redirectAddr")
                                                .text(
                                                    it.toUrl() ? "RedirectUrl" : "RedirectAddr",
                                                    target(it, call))))));
  }

  private static String target(Effect.AutodiscoverRedirect redirect, HttpCall call) {
    return redirect.target().equals("self")
        ? call.url()
        : Placeholders.fill(redirect.target(), call);
  }

  private static HttpAnswer soap(String code, String message, String target) {
    return HttpAnswer.xml(
        200,
        Xml.write(
            out ->
                out.element(
                    "s:Envelope",
                    envelope ->
                        envelope
                            .attribute("xmlns:s", SOAP)
                            .element(
                                "s:Body",
                                body ->
                                    body.element(
                                        "GetUserSettingsResponseMessage",
                                        answer ->
                                            answer
                                                .attribute("xmlns", NAMESPACE)
                                                .element(
                                                    "Response",
                                                    response ->
                                                        response
                                                            .text("ErrorCode", "NoError")
                                                            .text("ErrorMessage", "")
                                                            .element(
                                                                "UserResponses",
                                                                all ->
                                                                    all.element(
                                                                        "UserResponse",
                                                                        user ->
                                                                            user.text(
                                                                                    "ErrorCode",
                                                                                    code)
                                                                                .text(
                                                                                    "ErrorMessage",
                                                                                    message)
                                                                                .text(
                                                                                    "RedirectTarget",
                                                                                    target)
                                                                                .empty(
                                                                                    "UserSettingErrors")
                                                                                .empty(
                                                                                    "UserSettings")))))))));
  }

  private static HttpAnswer pox(Xml.Content content) {
    return HttpAnswer.xml(
        200,
        Xml.write(
            out ->
                out.element(
                    "Autodiscover",
                    outer ->
                        outer
                            .attribute("xmlns", POX_OUTER)
                            .element(
                                "Response",
                                inner -> {
                                  inner.attribute("xmlns", POX_INNER);
                                  content.write(inner);
                                }))));
  }
}
