package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Mailbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * One call of an operation.
 *
 * @param operation the element that asks for it
 * @param mailbox the mailbox of whom the caller acts for
 * @param version the version that the request is written in
 * @param now when
 */
record Call(Element operation, Mailbox mailbox, SchemaVersion version, Instant now) {

  /** An operation. */
  @FunctionalInterface
  interface Operation {
    /**
     * Performs it, alone in the mailbox.
     *
     * @throws EwsFault if it can't be done at all
     */
    Response perform(Call call) throws EwsFault;
  }

  /** Does something for one of the things asked for. */
  @FunctionalInterface
  interface Each {
    Message answer(Element one) throws EwsError, EwsFault;
  }

  /** A message for each element in a child, an error in its own message. */
  Response each(String list, Optional<String> emptyPayload, Each work) throws EwsFault {
    var messages = new ArrayList<Message>();
    for (Element one : Xml.children(required(list))) {
      messages.add(attempt(emptyPayload, () -> work.answer(one)));
    }
    return new Response.Messages(messages);
  }

  Response each(String list, Each work) throws EwsFault {
    return each(list, Optional.empty(), work);
  }

  /** Does one thing. */
  @FunctionalInterface
  interface Work {
    Message answer() throws EwsError, EwsFault;
  }

  static Message attempt(Optional<String> emptyPayload, Work work) throws EwsFault {
    try {
      return work.answer();
    } catch (EwsError error) {
      return emptyPayload.isPresent()
          ? Message.error(error, emptyPayload.get())
          : Message.error(error);
    }
  }

  static Message attempt(Work work) throws EwsFault {
    return attempt(Optional.empty(), work);
  }

  Optional<Element> child(String name) {
    return Xml.child(operation, name);
  }

  Element required(String name) throws EwsFault {
    return required(operation, name);
  }

  /** Who ids are resolved for. */
  Ids ids() {
    return new Ids(mailbox, version);
  }

  static Element required(Element parent, String name) throws EwsFault {
    return Xml.child(parent, name)
        .orElseThrow(
            () ->
                EwsFault.schema(
                    parent,
                    "The element '%s' in namespace '%s' has incomplete content. List of possible elements expected: '%s'."
                        .formatted(parent.getLocalName(), parent.getNamespaceURI(), name)));
  }

  static Element onlyChild(Element parent) throws EwsFault {
    List<Element> children = Xml.children(parent);
    if (children.size() != 1) {
      throw EwsFault.schema(
          parent,
          "The element '%s' in namespace '%s' has invalid content."
              .formatted(parent.getLocalName(), parent.getNamespaceURI()));
    }
    return children.getFirst();
  }

  /** An attribute that must be one of some words. */
  static String word(Element element, String attribute, List<String> allowed) throws EwsFault {
    String value = element.getAttribute(attribute);
    if (!element.hasAttribute(attribute)) {
      throw EwsFault.schema(
          element, "The required attribute '%s' is missing.".formatted(attribute));
    }
    if (!allowed.contains(value)) {
      throw EwsFault.schema(
          element,
          "The '%s' attribute is invalid - The value '%s' is invalid according to its datatype - The Enumeration constraint failed."
              .formatted(attribute, shortened(value)));
    }
    return value;
  }

  /** Text of a request, not longer than belongs into an answer. */
  static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) : text;
  }

  /** A truth value as requests write it: both ways of XML Schema. */
  static boolean isTrue(String text) {
    return text.equals("true") || text.equals("1");
  }
}
