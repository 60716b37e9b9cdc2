package dev.concordat.probe.exchange;

import java.util.List;
import java.util.Optional;

/** The XML namespaces of Autodiscover and EWS; {@code http}, whatever vendor pages print. */
enum Namespace {
  SOAP("s", "http://schemas.xmlsoap.org/soap/envelope/"),
  SOAP_12("s12", "http://www.w3.org/2003/05/soap-envelope"),
  TYPES("t", "http://schemas.microsoft.com/exchange/services/2006/types"),
  MESSAGES("m", "http://schemas.microsoft.com/exchange/services/2006/messages"),
  ERRORS("e", "http://schemas.microsoft.com/exchange/services/2006/errors"),
  AUTODISCOVER("a", "http://schemas.microsoft.com/exchange/2010/Autodiscover"),
  ADDRESSING("wsa", "http://www.w3.org/2005/08/addressing"),
  POX_REQUEST("", "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006");

  private static final List<Namespace> ALL = List.of(values());

  private final String prefix;
  private final String uri;

  Namespace(String prefix, String uri) {
    this.prefix = prefix;
    this.uri = uri;
  }

  /** The prefix that we write it with; empty for the default namespace. */
  String prefix() {
    return prefix;
  }

  /** Its name. */
  String uri() {
    return uri;
  }

  /** The namespace of this name, if it is one of these. */
  static Optional<Namespace> of(String uri) {
    for (Namespace it : ALL) {
      if (it.uri.equals(uri)) {
        return Optional.of(it);
      }
    }
    return Optional.empty();
  }
}
