package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Change;
import dev.concordat.simulator.mailboxes.Mailbox;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.w3c.dom.Element;

/**
 * Subscribe, GetEvents, GetStreamingEvents, Unsubscribe: who wants to hear of what happens in a
 * mailbox, and asks for it or stays on the line. Push subscriptions are refused: they would have
 * this server call a URL that anybody names.
 */
final class Subscriptions {

  private static final int MOST_SUBSCRIPTIONS = 5000;
  private static final Duration STREAMING_TIMEOUT = Duration.ofMinutes(30);

  /** As many streams as the product lets a mailbox have (assumed). */
  private static final int MOST_STREAMS_OF_A_MAILBOX = 10;

  private static final int MOST_STREAMS = 1000;

  private final InstantSource clock;
  private final Map<UUID, Integer> streams = new ConcurrentHashMap<>();
  private final Map<String, Subscription> all = new ConcurrentHashMap<>();

  Subscriptions(InstantSource clock) {
    this.clock = clock;
  }

  void register(Map<String, Call.Operation> operations) {
    operations.put("Subscribe", this::subscribe);
    operations.put("GetEvents", this::events);
    operations.put("GetStreamingEvents", this::stream);
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
    Duration timeout =
        streaming
            ? STREAMING_TIMEOUT
            : minutes(Call.required(request, "Timeout"), 1440, "SubscriptionTimeoutType");
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
                  new Subscription(
                      id, call.mailbox(), folders, kinds, timeout, streaming, call.now(), from));
              String first = Subscription.watermark(call.mailbox(), from);
              return Message.success(
                  out -> {
                    out.text("m:SubscriptionId", id);
                    if (!streaming) {
                      out.text("m:Watermark", first);
                    }
                  });
            }));
  }

  private static Duration minutes(Element given, int most, String type) throws EwsFault {
    try {
      int minutes = Integer.parseInt(given.getTextContent().strip());
      if (minutes >= 1 && minutes <= most) {
        return Duration.ofMinutes(minutes);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw EwsFault.schema(
        given,
        "The '%s' element is invalid - The value is invalid according to its datatype 'http://schemas.microsoft.com/exchange/services/2006/types:%s'."
            .formatted(given.getLocalName(), type));
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
              subscription.asked(call.now());
              List<Change> news = subscription.after(after);
              List<Change> told = news.subList(0, Math.min(Subscription.MOST_EVENTS, news.size()));
              return Message.success(
                  out ->
                      out.element(
                          "m:Notification",
                          it -> {
                            it.text("t:SubscriptionId", id);
                            it.text("t:PreviousWatermark", watermark);
                            it.text("t:MoreEvents", Boolean.toString(told.size() < news.size()));
                            if (told.isEmpty()) {
                              String now =
                                  Subscription.watermark(
                                      call.mailbox(), call.mailbox().lastChange());
                              it.element("t:StatusEvent", one -> one.text("t:Watermark", now));
                            }
                            for (Change change : told) {
                              subscription.write(it, change, true);
                            }
                          }));
            }));
  }

  private Response stream(Call call) throws EwsFault {
    List<String> ids =
        Xml.children(call.required("SubscriptionIds")).stream()
            .map(it -> it.getTextContent().strip())
            .distinct()
            .toList();
    Duration timeout =
        minutes(
            call.required("ConnectionTimeout"), 30, "StreamingSubscriptionConnectionTimeoutType");
    UUID mailbox = call.mailbox().guid();
    if (streams.getOrDefault(mailbox, 0) >= MOST_STREAMS_OF_A_MAILBOX
        || streams.values().stream().mapToInt(it -> it).sum() >= MOST_STREAMS) {
      throw new EwsFault(
          "ErrorExceededConnectionCount",
          "You have exceeded the available concurrent connections for your account. Try again once"
              + " your other requests have completed.");
    }
    streams.merge(mailbox, 1, Integer::sum);
    return new Response.Streamed(
        new EventStream(
            call.mailbox(),
            all,
            ids,
            clock,
            call.now().plus(timeout),
            () -> streams.computeIfPresent(mailbox, (_, count) -> count > 1 ? count - 1 : null)));
  }

  private Response unsubscribe(Call call) throws EwsFault {
    String id = call.required("SubscriptionId").getTextContent().strip();
    return Response.of(
        Call.attempt(
            () -> {
              EventStream stream = find(id, call).stream();
              all.remove(id);
              if (stream != null) {
                stream.wake();
              }
              return Message.success();
            }));
  }

  private Subscription find(String id, Call call) throws EwsError {
    Subscription found = all.get(id);
    if (found == null || found.isOver(call.now())) {
      all.remove(id);
      throw notFound();
    }
    if (found.mailbox() != call.mailbox()) {
      throw accessDenied();
    }
    return found;
  }

  static EwsError notFound() {
    return new EwsError("ErrorSubscriptionNotFound", "The specified subscription was not found.");
  }

  static EwsError accessDenied() {
    return new EwsError(
        "ErrorSubscriptionAccessDenied",
        "Access is denied. Only the subscription owner may access the subscription.");
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
