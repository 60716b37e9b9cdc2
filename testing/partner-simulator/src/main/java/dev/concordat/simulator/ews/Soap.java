package dev.concordat.simulator.ews;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.Xml;
import java.util.Map;
import javax.xml.stream.XMLStreamException;

/**
 * The envelopes that answers come in, as the product writes them: clients compare prefixes, and so
 * do some of its own (ews.md 2).
 */
final class Soap {

  static final String TYPES = "http://schemas.microsoft.com/exchange/services/2006/types";
  static final String MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages";
  static final String ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";
  private static final String ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors";

  private Soap() {}

  /** An answer with the server's version in its header. */
  static String envelope(Xml.Content body) {
    return Xml.write(out -> envelope(out, body));
  }

  /** The same without an XML declaration, for an answer that holds several. */
  static String bareEnvelope(Xml.Content body) {
    return Xml.writeBare(out -> envelope(out, body));
  }

  private static void envelope(Xml.Writer out, Xml.Content body) throws XMLStreamException {
    out.element(
        "s:Envelope",
        envelope -> {
          envelope.attribute("xmlns:s", ENVELOPE);
          envelope.element("s:Header", Soap::serverVersion);
          envelope.element("s:Body", body);
        });
  }

  private static void serverVersion(Xml.Writer header) throws XMLStreamException {
    header.element(
        "h:ServerVersionInfo",
        it ->
            it.attribute("MajorVersion", "15")
                .attribute("MinorVersion", "2")
                .attribute("MajorBuildNumber", "1748")
                .attribute("MinorBuildNumber", "10")
                .attribute("Version", "V2017_07_11")
                .attribute("xmlns:h", TYPES));
  }

  /**
   * A fault that a whole request is answered with.
   *
   * @param values what {@code MessageXml} says, by name
   */
  static HttpAnswer fault(String code, String message, Map<String, String> values) {
    return fault(
        code,
        message,
        message,
        values.isEmpty()
            ? null
            : it -> {
              for (var value : values.entrySet()) {
                it.element(
                    "t:Value",
                    one -> one.attribute("Name", value.getKey()).characters(value.getValue()));
              }
            });
  }

  /** The fault of a request that breaks the schema. */
  static HttpAnswer schemaFault(String violation, int line, int column) {
    return fault(
        "ErrorSchemaValidation",
        "The request failed schema validation: " + violation,
        "The request failed schema validation.",
        it ->
            it.text("t:LineNumber", Integer.toString(line))
                .text("t:LinePosition", Integer.toString(column))
                .text("t:Violation", violation));
  }

  private static HttpAnswer fault(
      String code,
      String faultString,
      String message,
      Xml.@org.jspecify.annotations.Nullable Content messageXml) {
    Xml.Content detail =
        it -> {
          it.element("e:ResponseCode", one -> one.attribute("xmlns:e", ERRORS).characters(code));
          it.element("e:Message", one -> one.attribute("xmlns:e", ERRORS).characters(message));
          if (messageXml != null) {
            it.element(
                "t:MessageXml",
                one -> {
                  one.attribute("xmlns:t", TYPES);
                  messageXml.write(one);
                });
          }
        };
    Xml.Content fault =
        it -> {
          it.element("faultcode", one -> one.attribute("xmlns:a", TYPES).characters("a:" + code));
          it.element(
              "faultstring", one -> one.attribute("xml:lang", "en-US").characters(faultString));
          it.element("detail", detail);
        };
    return HttpAnswer.xml(
        500,
        Xml.write(
            out ->
                out.element(
                    "s:Envelope",
                    envelope -> {
                      envelope.attribute("xmlns:s", ENVELOPE);
                      envelope.element("s:Body", body -> body.element("s:Fault", fault));
                    })));
  }
}
