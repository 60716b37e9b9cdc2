package dev.concordat.probe.running;

import dev.concordat.contracts.names.SipAddress;
import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Observation;
import dev.concordat.probe.exchange.Ews;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One mailbox, reached by EWS. Where it is comes from configuration, from what Autodiscover said of
 * its domain lately, or from Autodiscover now. An answer that is remembered must not raise a false
 * alarm: where the first call fails, Autodiscover is asked anew, and the call repeated if it names
 * another place.
 */
final class EwsSession {

  private final Conversation conversation;
  private final AutodiscoverMemory memory;
  private final AutodiscoverSearch.Factory search;
  private final String partner;
  private final SipAddress mailbox;

  private @Nullable URI url;
  private String smtpAddress;
  private boolean remembered;

  EwsSession(
      Conversation conversation,
      AutodiscoverMemory memory,
      AutodiscoverSearch.Factory search,
      String partner,
      SipAddress mailbox) {
    this.conversation = conversation;
    this.memory = memory;
    this.search = search;
    this.partner = partner;
    this.mailbox = mailbox;
    smtpAddress = mailbox.address();
  }

  /** It is here, whatever Autodiscover says. */
  void at(URI pinned) {
    url = pinned;
  }

  /**
   * Finds it.
   *
   * @return what is to be said of that
   */
  String discover() throws StageFailed {
    Optional<AutodiscoverMemory.Known> known = memory.get(partner, mailbox.domain());
    if (known.isPresent()) {
      url = known.get().ewsUrl();
      remembered = true;
      conversation.token(known.get().ewsUrl());
      return "%s (known for %d s)".formatted(known.get().ewsUrl(), known.get().age().toSeconds());
    }
    ask();
    return url().toString();
  }

  private void ask() throws StageFailed {
    var found = search.begin(conversation).find();
    url = found.ewsUrl();
    smtpAddress = found.mailbox().address();
    if (found.mailbox().equals(mailbox)) {
      memory.put(partner, mailbox.domain(), found.ewsUrl());
    }
    // A token names the host it is for: EWS's own is asked for here.
    Integer status = conversation.takeStatus();
    conversation.token(found.ewsUrl());
    conversation.giveStatus(status);
  }

  /** An operation that must succeed. */
  Ews.Answer call(Call call, byte[] operation) throws StageFailed {
    try {
      Ews.Answer answer = conversation.ews(call, url(), smtpAddress, operation);
      remembered = false;
      return answer;
    } catch (StageFailed failed) {
      memory.forget(partner, mailbox.domain());
      if (!remembered || failed.isEnd()) {
        throw failed;
      }
      remembered = false;
      URI before = url();
      ask();
      if (url().equals(before)) {
        throw failed;
      }
      return conversation.ews(call, url(), smtpAddress, operation);
    }
  }

  /** The mailbox's primary address, as far as Autodiscover has told it. */
  String smtpAddress() {
    return smtpAddress;
  }

  /** Where it is. */
  URI url() {
    return Objects.requireNonNull(url);
  }

  /** What passes between us. */
  Conversation conversation() {
    return conversation;
  }

  /** An answer that says that all is well, but lacks what it should have. */
  StageFailed incomplete(Call call, String what) {
    return new StageFailed(conversation.note(new Observation.Incomplete(call, url(), what)));
  }
}
