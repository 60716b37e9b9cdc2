package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** What an operation answers: a message for each thing asked for, or one status for all. */
sealed interface Response {

  /** A message each, in the order of the request. */
  record Messages(List<Message> messages) implements Response {}

  /** The status stands on the response itself, as in the operations on IM contacts. */
  record Whole(Message message) implements Response {}

  /** One envelope after the other, as long as the line holds. */
  record Streamed(EventStream stream) implements Response {}

  /** One message. */
  static Response of(Message message) {
    return new Messages(List.of(message));
  }

  /** Writes it into the SOAP body. */
  default void write(Xml.Writer body, String operation) throws XMLStreamException {
    body.element(
        "m:" + operation + "Response",
        response -> {
          switch (this) {
            case Streamed _ -> throw new IllegalStateException("a stream has many bodies");
            case Whole(var message) -> {
              response.attribute("ResponseClass", message.responseClass());
              namespaces(response);
              message.content(response);
            }
            case Messages(var messages) -> {
              namespaces(response);
              response.element(
                  "m:ResponseMessages",
                  all -> {
                    for (Message message : messages) {
                      all.element(
                          "m:" + operation + "ResponseMessage",
                          it -> {
                            it.attribute("ResponseClass", message.responseClass());
                            message.content(it);
                          });
                    }
                  });
            }
          }
        });
  }

  private static void namespaces(Xml.Writer response) throws XMLStreamException {
    response.attribute("xmlns:m", Soap.MESSAGES);
    response.attribute("xmlns:t", Soap.TYPES);
  }

  /**
   * One response message: a success with its payload, or an error.
   *
   * @param error what went wrong
   * @param warning whether the error is only a warning, with a payload
   * @param payload what a success carries
   * @param emptyPayload the empty element that an error of this operation carries
   */
  record Message(
      Optional<EwsError> error,
      boolean warning,
      Xml.Content payload,
      Optional<String> emptyPayload) {

    static Message success(Xml.Content payload) {
      return new Message(Optional.empty(), false, payload, Optional.empty());
    }

    static Message success() {
      return success(_ -> {});
    }

    static Message warning(EwsError error, Xml.Content payload) {
      return new Message(Optional.of(error), true, payload, Optional.empty());
    }

    static Message error(EwsError error, String emptyPayload) {
      return new Message(Optional.of(error), false, _ -> {}, Optional.of(emptyPayload));
    }

    static Message error(EwsError error) {
      return new Message(Optional.of(error), false, _ -> {}, Optional.empty());
    }

    String responseClass() {
      return error.isEmpty() ? "Success" : warning ? "Warning" : "Error";
    }

    /** The status, with all that clients insist on in an error, and the payload. */
    void content(Xml.Writer it) throws XMLStreamException {
      if (error.isPresent()) {
        it.text("m:MessageText", String.valueOf(error.get().getMessage()));
        it.text("m:ResponseCode", error.get().code());
        it.text("m:DescriptiveLinkKey", "0");
        if (emptyPayload.isPresent()) {
          it.empty(emptyPayload.get());
        }
      } else {
        it.text("m:ResponseCode", "NoError");
      }
      payload.write(it);
    }
  }
}
