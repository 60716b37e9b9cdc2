package dev.concordat.simulator.ews;

import dev.concordat.simulator.mailboxes.Content;
import dev.concordat.simulator.mailboxes.Content.Attachment;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Value;
import dev.concordat.simulator.mailboxes.Value.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.dom.TextBody;
import org.apache.james.mime4j.dom.address.Address;
import org.apache.james.mime4j.dom.address.AddressList;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.dom.address.MailboxList;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.message.DefaultMessageWriter;
import org.apache.james.mime4j.message.MultipartBuilder;
import org.jspecify.annotations.Nullable;

/** Items as internet messages, and back. */
final class Mime {

  private Mime() {}

  /**
   * Adds what an internet message says to an item.
   *
   * @param base64 the message, as requests carry it
   */
  static Content read(Content content, String base64) throws EwsError {
    byte[] bytes;
    Message message;
    try {
      bytes = Base64.getMimeDecoder().decode(base64);
      message = new DefaultMessageBuilder().parseMessage(new ByteArrayInputStream(bytes));
    } catch (IllegalArgumentException | IOException e) {
      throw new EwsError("ErrorMimeContentInvalid", "Mime content is invalid.");
    }
    try {
      return new Reading(content.with("MimeContent", base64)).of(message);
    } catch (IOException e) {
      throw new EwsError("ErrorMimeContentInvalid", "Mime content is invalid.");
    } finally {
      message.dispose();
    }
  }

  /** Collects a message's content. */
  private static final class Reading {
    private Content content;
    private boolean hasHtml;
    private boolean hasText;
    private final List<Attachment> attachments = new ArrayList<>();

    Reading(Content content) {
      this.content = content;
    }

    Content of(Message message) throws IOException {
      set("Subject", message.getSubject());
      recipients("ToRecipients", message.getTo());
      recipients("CcRecipients", message.getCc());
      recipients("BccRecipients", message.getBcc());
      recipients("ReplyTo", message.getReplyTo());
      MailboxList from = message.getFrom();
      if (from != null && !from.isEmpty()) {
        content = content.with("From", Value.of(mailbox(from.get(0))));
        content = content.with("Sender", Value.of(mailbox(from.get(0))));
      }
      set("InternetMessageId", message.getMessageId());
      header(message, "In-Reply-To", "InReplyTo");
      header(message, "References", "References");
      Date sent = message.getDate();
      if (sent != null) {
        set("DateTimeSent", Values.write(sent.toInstant()));
      }
      headers(message);
      body(message);
      return content.with(attachments);
    }

    private void set(String name, @Nullable String text) {
      if (text != null && !text.isEmpty()) {
        content = content.with(name, text);
      }
    }

    private void header(Message message, String header, String name) {
      var field = message.getHeader().getField(header);
      set(name, field == null ? null : field.getBody());
    }

    private void headers(Message message) {
      Part[] all =
          message.getHeader().getFields().stream()
              .map(
                  it ->
                      new Part(
                          "InternetMessageHeader",
                          Value.of(
                              Objects.requireNonNullElse(it.getBody(), ""),
                              "HeaderName",
                              it.getName())))
              .toArray(Part[]::new);
      if (all.length > 0) {
        content = content.with("InternetMessageHeaders", Value.of(all));
      }
    }

    private void recipients(String name, @Nullable AddressList addresses) {
      if (addresses != null && !addresses.isEmpty()) {
        content =
            content.with(
                name,
                Value.of(addresses.flatten().stream().map(Reading::mailbox).toArray(Part[]::new)));
      }
    }

    private static Part mailbox(Mailbox one) {
      String name = one.getName();
      return new Part(
          "Mailbox",
          Value.of(
              new Part("Name", Value.of(name == null ? one.getAddress() : name)),
              new Part("EmailAddress", Value.of(one.getAddress())),
              new Part("RoutingType", Value.of("SMTP"))));
    }

    private void body(Entity entity) throws IOException {
      switch (entity.getBody()) {
        case Multipart parts -> {
          for (Entity part : parts.getBodyParts()) {
            body(part);
          }
        }
        case TextBody text when entity.getFilename() == null -> {
          boolean html = "text/html".equals(entity.getMimeType());
          // The richer of two alternatives is the body.
          if (html ? !hasHtml : !hasText && !hasHtml) {
            content =
                content.with(
                    "Body",
                    Value.of(
                        new String(bytes(text), charset(text)),
                        "BodyType",
                        html ? "HTML" : "Text"));
          }
          hasHtml |= html;
          hasText |= !html;
        }
        case SingleBody single ->
            attachments.add(
                Attachments.file(
                    attachments.size() + 1,
                    Objects.requireNonNullElse(entity.getFilename(), "attachment"),
                    entity.getMimeType(),
                    bytes(single)));
        case null, default -> {
          // Messages in messages are left where they are: in the MIME content.
        }
      }
    }

    private static java.nio.charset.Charset charset(TextBody text) {
      try {
        return java.nio.charset.Charset.forName(
            Objects.requireNonNullElse(text.getMimeCharset(), "utf-8"));
      } catch (IllegalArgumentException e) {
        return StandardCharsets.UTF_8;
      }
    }

    private static byte[] bytes(SingleBody body) throws IOException {
      try (var in = body.getInputStream()) {
        return in.readAllBytes();
      }
    }
  }

  /** An item as an internet message, in base64: the one that it was made of, or a new one. */
  static String write(Item item) {
    Value held = item.content().properties().get("MimeContent");
    if (held != null) {
      return held.text();
    }
    var bytes = new ByteArrayOutputStream();
    try {
      Message message = message(item);
      new DefaultMessageWriter().writeMessage(message, bytes);
      message.dispose();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static Message message(Item item) throws IOException {
    Message.Builder message =
        Message.Builder.of()
            .setSubject(item.subject())
            .setDate(Date.from(item.created()))
            .setMessageId(
                item.content()
                    .text("InternetMessageId")
                    .orElse("<" + item.number() + "@atl-exchange-001.litwareinc.com>"));
    List<Mailbox> from = addresses(item, "From");
    if (!from.isEmpty()) {
      message.setFrom(from.getFirst());
    }
    message.setTo(addresses(item, "ToRecipients").toArray(Address[]::new));
    message.setCc(addresses(item, "CcRecipients").toArray(Address[]::new));
    Value body = item.content().properties().getOrDefault("Body", Value.of("", "BodyType", "Text"));
    String subtype = body.attribute("BodyType").toLowerCase(Locale.ROOT).replace("text", "plain");
    if (item.content().attachments().isEmpty()) {
      return message
          .setBody(body.text(), subtype.isEmpty() ? "plain" : subtype, StandardCharsets.UTF_8)
          .build();
    }
    MultipartBuilder parts =
        MultipartBuilder.create("mixed").addTextPart(body.text(), StandardCharsets.UTF_8);
    for (Attachment attachment : item.content().attachments()) {
      parts.addBinaryPart(
          Attachments.bytes(attachment),
          attachment
              .content()
              .part("ContentType")
              .map(Value::text)
              .orElse("application/octet-stream"));
    }
    return message.setBody(parts.build()).build();
  }

  private static List<Mailbox> addresses(Item item, String name) {
    Value all = item.content().properties().get(name);
    return all == null
        ? List.of()
        : all.all("Mailbox")
            .flatMap(it -> it.part("EmailAddress").stream())
            .map(Value::text)
            .flatMap(Mime::address)
            .toList();
  }

  private static Stream<Mailbox> address(String text) {
    int at = text.indexOf('@');
    return at < 1
        ? Stream.empty()
        : Stream.of(new Mailbox(text.substring(0, at), text.substring(at + 1)));
  }
}
