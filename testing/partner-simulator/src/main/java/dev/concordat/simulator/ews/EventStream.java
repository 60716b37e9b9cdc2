package dev.concordat.simulator.ews;

import dev.concordat.simulator.AnswerStream;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Change;
import dev.concordat.simulator.mailboxes.Mailbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What GetStreamingEvents answers: an envelope at once, one for all that happens, one now and then
 * so that the line is known to be there, and one at the end. All stand in one HTTP answer, each
 * whole and without an XML declaration (as the vendor's clients read it).
 */
final class EventStream implements AnswerStream {

  /** As the product says that it is still there (assumed: 45 s). */
  private static final Duration BEAT = Duration.ofSeconds(45);

  private final Mailbox mailbox;
  private final Map<String, Subscription> all;
  private final List<String> ids;
  private final InstantSource clock;
  private final Instant until;
  private final Runnable closed;
  private @Nullable Instant sent;
  private @Nullable Runnable news;
  private boolean over;

  /**
   * A stream, whose mailbox is the caller's alone meanwhile.
   *
   * @param all every subscription by its id
   * @param ids those that are asked for
   * @param closed is called once, at the end
   */
  EventStream(
      Mailbox mailbox,
      Map<String, Subscription> all,
      List<String> ids,
      InstantSource clock,
      Instant until,
      Runnable closed) {
    this.mailbox = mailbox;
    this.all = all;
    this.ids = new ArrayList<>(ids);
    this.clock = clock;
    this.until = until;
    this.closed = closed;
    for (String id : ids) {
      Subscription subscription = all.get(id);
      if (subscription != null && subscription.mailbox() == mailbox && subscription.streaming()) {
        EventStream before = subscription.stream();
        subscription.toldBy(this);
        if (before != null) {
          before.wake();
        }
      }
    }
  }

  @Override
  public void open(Runnable listener) {
    mailbox.alone(
        () -> {
          news = listener;
          return mailbox.listen(listener);
        });
  }

  /** Has it look whether it is still wanted. Its mailbox is the caller's alone. */
  void wake() {
    if (news != null) {
      news.run();
    }
  }

  @Override
  public String next() {
    return mailbox.alone(() -> next(clock.instant()));
  }

  private String next(Instant now) {
    if (over) {
      return "";
    }
    var messages = new ArrayList<Message>(failures(now));
    over = ids.isEmpty();
    List<Notification> told = news();
    if (!told.isEmpty()) {
      messages.add(Message.success(out -> write(out, told)));
    } else if (!over && !now.isBefore(until)) {
      over = true;
      messages.add(status("Closed"));
    } else if (!over && (sent == null || !now.isBefore(sent.plus(BEAT)))) {
      messages.add(status("OK"));
    }
    if (messages.isEmpty()) {
      return "";
    }
    sent = now;
    return Soap.bareEnvelope(
        body -> new Response.Messages(messages).write(body, "GetStreamingEvents"));
  }

  private static Message status(String status) {
    return Message.success(out -> out.text("m:ConnectionStatus", status));
  }

  /** Takes out the subscriptions that can't be told of any more, with a message for each cause. */
  private List<Message> failures(Instant now) {
    var causes = new LinkedHashMap<String, EwsError>();
    var failed = new LinkedHashMap<String, List<String>>();
    for (String id : List.copyOf(ids)) {
      failure(id, now)
          .ifPresent(
              error -> {
                ids.remove(id);
                causes.putIfAbsent(error.code(), error);
                failed.computeIfAbsent(error.code(), _ -> new ArrayList<>()).add(id);
              });
    }
    return failed.entrySet().stream()
        .map(
            it ->
                new Message(
                    Optional.ofNullable(causes.get(it.getKey())),
                    false,
                    out ->
                        out.element(
                            "m:ErrorSubscriptionIds",
                            list -> {
                              for (String id : it.getValue()) {
                                list.text("t:SubscriptionId", id);
                              }
                            }),
                    Optional.empty()))
        .toList();
  }

  private Optional<EwsError> failure(String id, Instant now) {
    Subscription subscription = all.get(id);
    if (subscription == null || subscription.isOver(now)) {
      return Optional.of(Subscriptions.notFound());
    }
    if (subscription.mailbox() != mailbox) {
      return Optional.of(Subscriptions.accessDenied());
    }
    if (!subscription.streaming()) {
      return Optional.of(
          new EwsError(
              "ErrorInvalidSubscription", "The subscription is not a streaming subscription."));
    }
    if (subscription.stream() != this) {
      return Optional.of(
          new EwsError(
              "ErrorNewEventStreamConnectionOpened",
              "The existing event stream connection was closed because a new one was opened for"
                  + " the subscription."));
    }
    if (subscription.hasMissed()) {
      all.remove(id);
      return Optional.of(
          new EwsError(
              "ErrorMissedNotificationEvents",
              "Notification events were missed. Create a new subscription."));
    }
    subscription.asked(now);
    return Optional.empty();
  }

  /** What happened, and who wanted to know. */
  private record Notification(Subscription subscription, List<Change> changes) {}

  private List<Notification> news() {
    var told = new ArrayList<Notification>();
    for (String id : ids) {
      Subscription subscription = all.get(id);
      List<Change> changes = subscription == null ? List.of() : subscription.news();
      if (subscription != null && !changes.isEmpty()) {
        told.add(new Notification(subscription, changes));
      }
    }
    return told;
  }

  private static void write(Xml.Writer out, List<Notification> told)
      throws javax.xml.stream.XMLStreamException {
    out.element(
        "m:Notifications",
        notifications -> {
          for (Notification one : told) {
            // The schema has it in the namespace of the types; the vendor's own and other clients
            // look for it in that of the messages, so that must be what the product sends.
            notifications.element(
                "m:Notification",
                it -> {
                  it.text("t:SubscriptionId", one.subscription().id());
                  for (Change change : one.changes()) {
                    one.subscription().write(it, change, false);
                  }
                });
          }
        });
  }

  @Override
  public boolean isOver() {
    return mailbox.alone(() -> over);
  }

  @Override
  public void close() {
    boolean first =
        mailbox.alone(
            () -> {
              Runnable listener = news;
              news = null;
              over = true;
              for (String id : ids) {
                Subscription subscription = all.get(id);
                if (subscription != null && subscription.stream() == this) {
                  subscription.toldBy(null);
                }
              }
              return listener != null && mailbox.unlisten(listener);
            });
    if (first) {
      closed.run();
    }
  }
}
