package dev.concordat.simulator.ews;

import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.StoreId;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * ConvertId: an id in another format. The answer names the mailbox by its primary address, by which
 * clients learn who they are (ews.md 7.4).
 */
final class IdConversion {

  private static final List<String> FORMATS =
      List.of("EwsLegacyId", "EwsId", "EntryId", "HexEntryId", "StoreId", "OwaId");

  private IdConversion() {}

  static Response convert(Call call) throws EwsFault {
    String format = Call.word(call.operation(), "DestinationFormat", FORMATS);
    return call.each(
        "SourceIds",
        source -> {
          if (!source.getLocalName().equals("AlternateId")) {
            throw new EwsError("ErrorInvalidIdMalformed", "Id is malformed.");
          }
          String text = source.getAttribute("Id");
          if (text.isEmpty()) {
            throw EwsError.emptyId();
          }
          StoreId id =
              read(source, text, call.mailbox())
                  .filter(it -> it.mailbox().equals(call.mailbox().guid()))
                  .orElseThrow(EwsError::malformedId);
          return Message.success(
              out ->
                  out.element(
                      "m:AlternateId",
                      it ->
                          it.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
                              .attribute("xsi:type", "t:AlternateIdType")
                              .attribute("Format", format)
                              .attribute("Id", write(id, format))
                              .attribute("Mailbox", call.mailbox().address())));
        });
  }

  private static Optional<StoreId> read(Element source, String text, Mailbox mailbox)
      throws EwsFault {
    String format = Call.word(source, "Format", FORMATS);
    try {
      return switch (format) {
        case "EntryId", "StoreId" ->
            StoreId.ofEntryId(Base64.getDecoder().decode(text), mailbox.guid());
        case "HexEntryId" -> StoreId.ofEntryId(HexFormat.of().parseHex(text), mailbox.guid());
        case "OwaId" ->
            StoreId.parse(
                java.net.URLDecoder.decode(text, java.nio.charset.StandardCharsets.UTF_8));
        default -> StoreId.parse(text);
      };
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String write(StoreId id, String format) {
    return switch (format) {
      case "EntryId", "StoreId" -> Base64.getEncoder().encodeToString(id.entryId());
      case "HexEntryId" -> HexFormat.of().withUpperCase().formatHex(id.entryId());
      case "OwaId" ->
          java.net.URLEncoder.encode(id.text(), java.nio.charset.StandardCharsets.UTF_8);
      default -> id.text();
    };
  }
}
