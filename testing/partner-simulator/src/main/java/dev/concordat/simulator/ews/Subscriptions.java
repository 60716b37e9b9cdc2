package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Change;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.StoreId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * Subscribe, GetEvents, Unsubscribe: who wants to hear of what happens in a mailbox, and asks for
 * it. Push subscriptions are refused: they would have this server call a URL that anybody names.
 */
final class Subscriptions {

  private static final int MOST_EVENTS = 50;
  private static final int MOST_SUBSCRIPTIONS = 5000;
  private static final Duration STREAMING_TIMEOUT = Duration.ofMinutes(30);

  private final Map<String, Subscription> all = new ConcurrentHashMap<>();

  /**
   * A subscription.
   *
   * @param mailbox the mailbox
   * @param folders the folders' numbers; empty for all
   * @param kinds what is told
   * @param timeout how long it lives without being asked
   * @param last when it was asked last
   * @param streaming whether it was made for a stream
   */
  private record Subscription(
      Mailbox mailbox,
      Set<Long> folders,
      Set<Change.Kind> kinds,
      Duration timeout,
      Instant last,
      boolean streaming) {

    Subscription asked(Instant now) {
      return new Subscription(mailbox, folders, kinds, timeout, now, streaming);
    }

    boolean isOver(Instant now) {
      return last.plus(timeout).isBefore(now);
    }

    boolean tells(Change change) {
      return kinds.contains(change.kind())
          && (folders.isEmpty()
              || folders.contains(change.folder())
              || folders.contains(change.oldFolder()));
    }
  }

  void register(Map<String, Call.Operation> operations) {
    operations.put("Subscribe", this::subscribe);
    operations.put("GetEvents", this::events);
    operations.put("Unsubscribe", this::unsubscribe);
  }

  private Response subscribe(Call call) throws EwsFault {
    Element request = Call.onlyChild(call.operation());
    boolean streaming =
        switch (request.getLocalName()) {
          case "PullSubscriptionRequest" -> false;
          case "StreamingSubscriptionRequest" -> true;
          default ->
              throw new EwsFault(
                  "ErrorInvalidOperation", "Push subscriptions are not supported here.");
        };
    Duration timeout = streaming ? STREAMING_TIMEOUT : timeout(Call.required(request, "Timeout"));
    Set<Change.Kind> kinds = EnumSet.noneOf(Change.Kind.class);
    for (Element type : Xml.children(Call.required(request, "EventTypes"))) {
      kind(type).ifPresent(kinds::add);
    }
    return Response.of(
        Call.attempt(
            () -> {
              Set<Long> folders = new HashSet<>();
              Optional<Element> named = Xml.child(request, "FolderIds");
              if (named.isPresent()) {
                for (Element id : Xml.children(named.get())) {
                  folders.add(call.ids().folder(id).number());
                }
              } else if (!Call.isTrue(request.getAttribute("SubscribeToAllFolders"))) {
                throw new EwsError(
                    "ErrorInvalidSubscriptionRequest", "The subscription request is invalid.");
              }
              long from = call.mailbox().lastChange();
              Optional<String> watermark = Xml.text(request, "Watermark");
              if (watermark.isPresent()) {
                from = change(watermark.get(), call);
              }
              forgetOld(call.now());
              if (all.size() >= MOST_SUBSCRIPTIONS) {
                throw new EwsError(
                    "ErrorExceededSubscriptionCount",
                    "You have exceeded the available subscriptions for your account. Remove"
                        + " unnecessary subscriptions and try your request again.");
              }
              String id = id(call.mailbox());
              all.put(
                  id,
                  new Subscription(call.mailbox(), folders, kinds, timeout, call.now(), streaming));
              String first = watermark(call.mailbox(), from);
              return Message.success(
                  out -> {
                    out.text("m:SubscriptionId", id);
                    if (!streaming) {
                      out.text("m:Watermark", first);
                    }
                  });
            }));
  }

  private static Duration timeout(Element given) throws EwsFault {
    try {
      int minutes = Integer.parseInt(given.getTextContent().strip());
      if (minutes >= 1 && minutes <= 1440) {
        return Duration.ofMinutes(minutes);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw EwsFault.schema(
        given,
        "The 'Timeout' element is invalid - The value is invalid according to its datatype 'http://schemas.microsoft.com/exchange/services/2006/types:SubscriptionTimeoutType'.");
  }

  /** New mail comes only by transport, which there is none of: nothing is told of it. */
  private static Optional<Change.Kind> kind(Element type) throws EwsFault {
    String name = type.getTextContent().strip();
    return switch (name) {
      case "CreatedEvent" -> Optional.of(Change.Kind.CREATED);
      case "DeletedEvent" -> Optional.of(Change.Kind.DELETED);
      case "ModifiedEvent" -> Optional.of(Change.Kind.MODIFIED);
      case "MovedEvent" -> Optional.of(Change.Kind.MOVED);
      case "CopiedEvent" -> Optional.of(Change.Kind.COPIED);
      case "NewMailEvent", "FreeBusyChangedEvent" -> Optional.empty();
      default ->
          throw EwsFault.schema(
              type,
              "The 'EventType' element is invalid - The value '%s' is invalid according to its datatype - The Enumeration constraint failed."
                  .formatted(Call.shortened(name)));
    };
  }

  private Response events(Call call) throws EwsFault {
    String id = call.required("SubscriptionId").getTextContent().strip();
    String watermark = call.required("Watermark").getTextContent().strip();
    return Response.of(
        Call.attempt(
            () -> {
              Subscription subscription = find(id, call);
              if (subscription.streaming()) {
                throw new EwsError(
                    "ErrorInvalidPullSubscriptionId",
                    "The subscription is not a pull subscription.");
              }
              long after = change(watermark, call);
              if (!call.mailbox().changes().reachesBackTo(after)) {
                throw new EwsError("ErrorInvalidWatermark", "The watermark is invalid.");
              }
              all.put(id, subscription.asked(call.now()));
              List<Change> news =
                  call.mailbox().changes().after(after).stream()
                      .filter(subscription::tells)
                      .toList();
              List<Change> told = news.subList(0, Math.min(MOST_EVENTS, news.size()));
              return Message.success(
                  out ->
                      out.element(
                          "m:Notification",
                          it -> {
                            it.text("t:SubscriptionId", id);
                            it.text("t:PreviousWatermark", watermark);
                            it.text("t:MoreEvents", Boolean.toString(told.size() < news.size()));
                            if (told.isEmpty()) {
                              String now = watermark(call.mailbox(), call.mailbox().lastChange());
                              it.element("t:StatusEvent", one -> one.text("t:Watermark", now));
                            }
                            for (Change change : told) {
                              event(it, change, call.mailbox());
                            }
                          }));
            }));
  }

  private static void event(Xml.Writer out, Change change, Mailbox mailbox)
      throws XMLStreamException {
    String name =
        switch (change.kind()) {
          case CREATED -> "t:CreatedEvent";
          case MODIFIED -> "t:ModifiedEvent";
          case DELETED -> "t:DeletedEvent";
          case MOVED -> "t:MovedEvent";
          case COPIED -> "t:CopiedEvent";
        };
    String object = change.of() == StoreId.Kind.ITEM ? "ItemId" : "FolderId";
    out.element(
        name,
        it -> {
          it.text("t:Watermark", watermark(mailbox, change.number()));
          it.text("t:TimeStamp", Values.write(change.at()));
          id(it, "t:" + object, change.of(), change.object(), mailbox);
          id(it, "t:ParentFolderId", StoreId.Kind.FOLDER, change.folder(), mailbox);
          if (change.oldObject() != 0) {
            id(it, "t:Old" + object, change.of(), change.oldObject(), mailbox);
            id(it, "t:OldParentFolderId", StoreId.Kind.FOLDER, change.oldFolder(), mailbox);
          }
        });
  }

  private static void id(
      Xml.Writer out, String name, StoreId.Kind kind, long number, Mailbox mailbox)
      throws XMLStreamException {
    String changeKey =
        kind == StoreId.Kind.ITEM
            ? mailbox.item(number).map(it -> it.changeKey()).orElse("")
            : mailbox.folder(number).map(Folder::changeKey).orElse("");
    out.element(
        name,
        it -> {
          it.attribute("Id", new StoreId(kind, mailbox.guid(), number).text());
          if (!changeKey.isEmpty()) {
            it.attribute("ChangeKey", changeKey);
          }
        });
  }

  private Response unsubscribe(Call call) throws EwsFault {
    String id = call.required("SubscriptionId").getTextContent().strip();
    return Response.of(
        Call.attempt(
            () -> {
              find(id, call);
              all.remove(id);
              return Message.success();
            }));
  }

  private Subscription find(String id, Call call) throws EwsError {
    Subscription found = all.get(id);
    if (found == null || found.isOver(call.now())) {
      all.remove(id);
      throw new EwsError("ErrorSubscriptionNotFound", "The specified subscription was not found.");
    }
    if (found.mailbox() != call.mailbox()) {
      throw new EwsError(
          "ErrorSubscriptionAccessDenied",
          "Access is denied. Only the subscription owner may access the subscription.");
    }
    return found;
  }

  private void forgetOld(Instant now) {
    all.values().removeIf(it -> it.isOver(now));
  }

  private static String id(Mailbox mailbox) {
    byte[] server = "atl-exchange-001.litwareinc.com".getBytes(StandardCharsets.US_ASCII);
    var bytes = ByteBuffer.allocate(2 + server.length + 32);
    UUID made = UUID.randomUUID();
    bytes.putShort((short) server.length).put(server);
    bytes.putLong(made.getMostSignificantBits()).putLong(made.getLeastSignificantBits());
    bytes.putLong(mailbox.guid().getMostSignificantBits());
    bytes.putLong(mailbox.guid().getLeastSignificantBits());
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static String watermark(Mailbox mailbox, long change) {
    return Base64.getEncoder()
        .encodeToString(
            ByteBuffer.allocate(24)
                .putLong(mailbox.guid().getMostSignificantBits())
                .putLong(mailbox.guid().getLeastSignificantBits())
                .putLong(change)
                .array());
  }

  private static long change(String watermark, Call call) throws EwsError {
    try {
      var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(watermark));
      if (bytes.remaining() == 24
          && bytes.getLong() == call.mailbox().guid().getMostSignificantBits()
          && bytes.getLong() == call.mailbox().guid().getLeastSignificantBits()) {
        return bytes.getLong();
      }
    } catch (IllegalArgumentException e) {
      // No base64, and so no watermark of ours.
    }
    throw new EwsError("ErrorInvalidWatermark", "The watermark is invalid.");
  }
}
