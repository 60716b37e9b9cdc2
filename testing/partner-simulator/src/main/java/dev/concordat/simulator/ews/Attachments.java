package dev.concordat.simulator.ews;

import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Content.Attachment;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.ItemType;
import dev.concordat.simulator.mailboxes.StoreId;
import dev.concordat.simulator.mailboxes.Value;
import dev.concordat.simulator.mailboxes.Value.Part;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * Files and items that are attached to items: CreateAttachment, GetAttachment, DeleteAttachment.
 */
final class Attachments {

  private static final List<String> ORDER =
      List.of("Name", "ContentType", "ContentId", "ContentLocation", "Size", "LastModifiedTime");

  private Attachments() {}

  /** Reads an attachment of a request. */
  static Attachment read(Element element, int number) {
    return new Attachment(Integer.toString(number), Values.read(element));
  }

  /** Makes one of a file. */
  static Attachment file(int number, String name, String contentType, byte[] bytes) {
    return new Attachment(
        Integer.toString(number),
        Value.of(
            new Part("Name", Value.of(name)),
            new Part("ContentType", Value.of(contentType)),
            new Part("Content", Value.of(Base64.getEncoder().encodeToString(bytes)))));
  }

  private static boolean isFile(Attachment attachment) {
    return item(attachment).isEmpty();
  }

  /** The item that is attached; empty where it is a file. */
  private static Optional<Part> item(Attachment attachment) {
    return attachment.content().parts().stream()
        .filter(it -> ItemType.of(it.name()).isPresent())
        .findFirst();
  }

  /** What it is called on the wire. */
  static String element(Attachment attachment) {
    return isFile(attachment) ? "FileAttachment" : "ItemAttachment";
  }

  /** All but its content, as items tell it. */
  static Value described(Attachment attachment, Item item) {
    var parts = new ArrayList<Part>();
    parts.add(
        new Part("AttachmentId", new Value("", Map.of("Id", id(attachment, item)), List.of())));
    for (String name : ORDER) {
      switch (name) {
        case "Size" ->
            parts.add(new Part(name, Value.of(Integer.toString(bytes(attachment).length))));
        case "LastModifiedTime" ->
            parts.add(new Part(name, Value.of(Values.write(item.modified()))));
        default -> attachment.content().part(name).ifPresent(it -> parts.add(new Part(name, it)));
      }
    }
    parts.add(
        new Part("IsInline", attachment.content().part("IsInline").orElse(Value.of("false"))));
    return Value.of(parts.toArray(Part[]::new));
  }

  static byte[] bytes(Attachment attachment) {
    try {
      return attachment
          .content()
          .part("Content")
          .map(it -> Base64.getMimeDecoder().decode(it.text()))
          .orElse(new byte[0]);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static String id(Attachment attachment, Item item) {
    byte[] itemId = Base64.getDecoder().decode(item.id());
    byte[] local = attachment.id().getBytes(StandardCharsets.US_ASCII);
    return Base64.getEncoder()
        .encodeToString(
            ByteBuffer.allocate(itemId.length + local.length).put(itemId).put(local).array());
  }

  private record Found(Item item, Attachment attachment) {}

  private static Found find(Element id, Call call) throws EwsError {
    String text = id.getAttribute("Id");
    if (text.isEmpty()) {
      throw EwsError.emptyId();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      int itemId = StoreId.Kind.ITEM.bytes();
      if (bytes.length > itemId) {
        String local = new String(bytes, itemId, bytes.length - itemId, StandardCharsets.US_ASCII);
        Optional<Item> item =
            StoreId.parse(Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, itemId)))
                .filter(it -> it.mailbox().equals(call.mailbox().guid()))
                .flatMap(it -> call.mailbox().item(it.number()));
        return item.flatMap(
                it -> ItemProperties.attachment(it, local).map(one -> new Found(it, one)))
            .orElseThrow(EwsError::itemNotFound);
      }
    } catch (IllegalArgumentException e) {
      // No base64.
    }
    throw new EwsError("ErrorInvalidAttachmentId", "The attachment ID is invalid.");
  }

  /** CreateAttachment. */
  static Response create(Call call) throws EwsFault {
    Element parent = call.required("ParentItemId");
    return call.each(
        "Attachments",
        Optional.of("m:Attachments"),
        one -> {
          Item item = call.ids().item(parent);
          List<Attachment> all = new ArrayList<>(item.content().attachments());
          int next = all.stream().mapToInt(it -> Integer.parseInt(it.id())).max().orElse(0) + 1;
          Attachment made = read(one, next);
          if (call.mailbox().isFullWith(bytes(made).length)) {
            throw EwsError.quotaExceeded();
          }
          all.add(made);
          Item written = call.mailbox().update(item, item.content().with(all), call.now());
          return Message.success(
              out ->
                  out.element(
                      "m:Attachments",
                      it ->
                          it.element(
                              "t:" + element(made),
                              its ->
                                  its.element(
                                      "t:AttachmentId",
                                      id ->
                                          id.attribute("Id", id(made, written))
                                              .attribute("RootItemId", written.id())
                                              .attribute(
                                                  "RootItemChangeKey", written.changeKey())))));
        });
  }

  /** GetAttachment. */
  static Response get(Call call) throws EwsFault {
    return call.each(
        "AttachmentIds",
        Optional.of("m:Attachments"),
        id -> {
          Found found = find(id, call);
          Attachment attachment = found.attachment();
          var parts = new ArrayList<>(described(attachment, found.item()).parts());
          attachment.content().part("Content").ifPresent(it -> parts.add(new Part("Content", it)));
          item(attachment).ifPresent(parts::add);
          return Message.success(
              out ->
                  out.element(
                      "m:Attachments",
                      it ->
                          Values.write(
                              it, element(attachment), Value.of(parts.toArray(Part[]::new)))));
        });
  }

  /** DeleteAttachment. */
  static Response delete(Call call) throws EwsFault {
    return call.each(
        "AttachmentIds",
        id -> {
          Found found = find(id, call);
          List<Attachment> others =
              found.item().content().attachments().stream()
                  .filter(it -> !it.id().equals(found.attachment().id()))
                  .toList();
          Item written =
              call.mailbox().update(found.item(), found.item().content().with(others), call.now());
          return Message.success(
              out ->
                  out.element(
                      "m:RootItemId",
                      it ->
                          it.attribute("RootItemId", written.id())
                              .attribute("RootItemChangeKey", written.changeKey())));
        });
  }
}
