package dev.concordat.simulator.exchange;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.HttpCall;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.ExchangeWebServices;
import dev.concordat.simulator.faults.Effect;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Exchange Web Services' errors on demand. */
final class FaultyEws {

  private static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
  private static final String TYPES = "http://schemas.microsoft.com/exchange/services/2006/types";
  private static final String MESSAGES =
      "http://schemas.microsoft.com/exchange/services/2006/messages";

  private static final Pattern VERSION_ASKED_FOR =
      Pattern.compile("RequestServerVersion[^>]*\\bVersion\\s*=\\s*[\"']([^\"']*)");
  private static final Pattern SERVER_VERSION =
      Pattern.compile(
          "MajorVersion=\"\\d+\" MinorVersion=\"\\d+\" MajorBuildNumber=\"\\d+\""
              + " MinorBuildNumber=\"\\d+\" Version=\"[^\"]*\"");
  private static final Pattern SUBJECT = Pattern.compile("<t:Subject>[^<]*</t:Subject>");
  private static final Pattern VALUE = Pattern.compile("<t:Value>[^<]*</t:Value>");

  private FaultyEws() {}

  /** What is answered instead of what was asked for. */
  static Optional<HttpAnswer> instead(HttpCall call) {
    return call.effect(Effect.SoapFault.class)
        .map(FaultyEws::soapFault)
        .or(() -> call.effect(Effect.ResponseError.class).map(it -> responseError(it, call)))
        .or(() -> call.effect(Effect.LegacyMailbox.class).flatMap(_ -> tooNew(call)));
  }

  private static HttpAnswer soapFault(Effect.SoapFault it) {
    Integer backOff = it.backOffMilliseconds();
    return ExchangeWebServices.fault(
        it.code(),
        "The server cannot service this request right now. Try again later.",
        backOff == null ? Map.of() : Map.of("BackOffMilliseconds", Integer.toString(backOff)));
  }

  /** What was answered, made into what it should not be. */
  static HttpAnswer changed(HttpCall call, HttpAnswer answer) {
    String body = answer.body();
    if (call.effect(Effect.OtherItem.class).isPresent()) {
      body = SUBJECT.matcher(body).replaceAll("<t:Subject>Quarterly figures</t:Subject>");
      body = VALUE.matcher(body).replaceAll("<t:Value>somebody else's</t:Value>");
    }
    if (call.effect(Effect.LegacyMailbox.class).isPresent()) {
      body =
          SERVER_VERSION
              .matcher(body)
              .replaceAll(
                  "MajorVersion=\"14\" MinorVersion=\"3\" MajorBuildNumber=\"123\""
                      + " MinorBuildNumber=\"0\" Version=\"Exchange2010_SP2\"");
    }
    return answer.withBody(body);
  }

  private static Optional<HttpAnswer> tooNew(HttpCall call) {
    var version = VERSION_ASKED_FOR.matcher(call.text());
    return version.find()
            && !version.group(1).startsWith("Exchange2007")
            && !version.group(1).startsWith("Exchange2010")
        ? Optional.of(
            ExchangeWebServices.fault(
                "ErrorInvalidServerVersion", "The specified server version is invalid.", Map.of()))
        : Optional.empty();
  }

  private static HttpAnswer responseError(Effect.ResponseError error, HttpCall call) {
    if (call.operation().isEmpty()) {
      return ExchangeWebServices.fault(error.code(), "As was asked for.", Map.of());
    }
    String operation = call.operation().get();
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
                                        "m:" + operation + "Response",
                                        response ->
                                            response
                                                .attribute("xmlns:m", MESSAGES)
                                                .attribute("xmlns:t", TYPES)
                                                .element(
                                                    "m:ResponseMessages",
                                                    all ->
                                                        all.element(
                                                            "m:" + operation + "ResponseMessage",
                                                            message ->
                                                                error(
                                                                    message, operation,
                                                                    error))))))));
  }

  private static void error(Xml.Writer message, String operation, Effect.ResponseError error)
      throws javax.xml.stream.XMLStreamException {
    message
        .attribute("ResponseClass", "Error")
        .text("m:MessageText", "As was asked for.")
        .text("m:ResponseCode", error.code())
        .text("m:DescriptiveLinkKey", "0");
    switch (operation) {
      case "GetFolder", "CreateFolder", "UpdateFolder" -> message.empty("m:Folders");
      case "GetItem", "CreateItem", "UpdateItem" -> message.empty("m:Items");
      default -> {
        // Nothing follows the error.
      }
    }
  }
}
