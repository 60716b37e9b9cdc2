package dev.concordat.probe.running;

import dev.concordat.contracts.names.SipAddress;
import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Observation;
import dev.concordat.diagnosis.Reply;
import dev.concordat.diagnosis.Reply.Elsewhere;
import dev.concordat.outbound.OutboundAnswer;
import dev.concordat.probe.exchange.Autodiscover;
import dev.concordat.probe.exchange.AutodiscoverOrder;
import dev.concordat.probe.exchange.AutodiscoverOrder.Step;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a mailbox's EWS URL: by SOAP at each place in the order of {@link AutodiscoverOrder},
 * by plain old XML where a place has no SOAP, by JSON where it has neither, and on where it is
 * redirected to. No place is asked twice for the same mailbox, and redirects are followed ten times
 * at most (Autodiscover reference).
 */
final class AutodiscoverSearch {

  private static final int MOST_REDIRECTS = 10;

  private final Conversation conversation;
  private final AutodiscoverOrder order;
  private final ServiceRecords serviceRecords;
  private final Set<String> asked = new HashSet<>();
  private final Set<SipAddress> redirectedTo = new HashSet<>();
  private final List<StageFailed> failures = new ArrayList<>();
  private final Deque<Step> steps = new ArrayDeque<>();
  private SipAddress mailbox;
  private int redirects;

  /**
   * What was found.
   *
   * @param ewsUrl where EWS is
   * @param mailbox the mailbox's address, which Autodiscover may have corrected
   */
  record Found(URI ewsUrl, SipAddress mailbox) {}

  /** Begins searches for one mailbox. */
  @FunctionalInterface
  interface Factory {
    AutodiscoverSearch begin(Conversation conversation);
  }

  AutodiscoverSearch(
      Conversation conversation,
      AutodiscoverOrder order,
      SipAddress mailbox,
      ServiceRecords serviceRecords) {
    this.conversation = conversation;
    this.order = order;
    this.mailbox = mailbox;
    this.serviceRecords = serviceRecords;
    steps.addAll(order.steps(mailbox.domain()));
  }

  Found find() throws StageFailed {
    while (true) {
      Step step = steps.poll();
      if (step == null) {
        throw mostTelling();
      }
      Optional<URI> found =
          switch (step) {
            case Step.Ask(URI url) -> ask(url);
            case Step.AskAnonymously(URI url) -> {
              askAnonymously(url);
              yield Optional.empty();
            }
            case Step.LookUp(String name) -> {
              lookUp(name);
              yield Optional.empty();
            }
          };
      if (found.isPresent()) {
        return new Found(found.get(), mailbox);
      }
    }
  }

  private Optional<URI> ask(URI soapUrl) throws StageFailed {
    if (isPox(soapUrl)) {
      return ask(Call.AUTODISCOVER_POX, soapUrl);
    }
    int before = failures.size();
    Optional<URI> found = ask(Call.AUTODISCOVER_SOAP, soapUrl);
    if (found.isEmpty() && failures.size() > before && mayHavePox(failures.getLast())) {
      before = failures.size();
      found = ask(Call.AUTODISCOVER_POX, soapUrl.resolve(AutodiscoverOrder.POX_PATH));
      if (found.isEmpty() && failures.size() > before && mayHavePox(failures.getLast())) {
        return askByJson(soapUrl);
      }
    }
    return found;
  }

  /** Anonymous, and so last: what it says needs no token, and proves nothing of one. */
  private Optional<URI> askByJson(URI place) throws StageFailed {
    URI url = AutodiscoverOrder.jsonUrl(place, mailbox.address());
    OutboundAnswer raw;
    try {
      raw = conversation.getAnonymously(Call.AUTODISCOVER_JSON, url);
    } catch (StageFailed failed) {
      if (failed.isEnd()) {
        throw failed;
      }
      // Older servers have none; why the others failed tells more.
      return Optional.empty();
    }
    Autodiscover.Answer answer = Autodiscover.readJson(raw.body());
    conversation.answered(Call.AUTODISCOVER_JSON, raw, answer.reply());
    return raw.status() == 200 && answer.reply() instanceof Reply.Done
        ? usable(url, answer.ewsUrl())
        : Optional.empty();
  }

  /** A host that is dead, or that refuses token or user, does the same by the other protocol. */
  private static boolean mayHavePox(StageFailed failure) {
    return failure.decisive() instanceof Observation.NoEwsUrl
        || (failure.decisive() instanceof Observation.Answered answered
            && answered.status() != 401
            && (answered.reply() instanceof Reply.Foreign
                || failure.code().filter("InvalidRequest"::equals).isPresent()));
  }

  private Optional<URI> ask(Call call, URI url) throws StageFailed {
    if (!asked.add(call + " " + url.toString().toLowerCase(Locale.ROOT) + " " + mailbox)) {
      return Optional.empty();
    }
    boolean soap = call == Call.AUTODISCOVER_SOAP;
    String address = mailbox.address();
    OutboundAnswer raw;
    try {
      raw =
          conversation.authorized(
              call,
              url,
              address,
              soap ? Autodiscover.userSettings(address, url) : Autodiscover.pox(address));
    } catch (StageFailed failed) {
      if (!(failed.decisive() instanceof Observation.Unanswered)) {
        throw failed;
      }
      failures.add(failed);
      return Optional.empty();
    }
    Autodiscover.Answer answer =
        soap ? Autodiscover.readUserSettings(raw.body()) : Autodiscover.readPox(raw.body());
    Observation.Answered answered = conversation.answered(call, raw, answer.reply());
    String location = answered.headers().get("location");
    if (raw.status() / 100 == 3 && location != null) {
      followHeader(call, url, location);
      return Optional.empty();
    }
    if (raw.status() == 200) {
      switch (answer.reply()) {
        case Reply.Done _ -> {
          return usable(url, answer.ewsUrl());
        }
        case Elsewhere(Elsewhere.To to, String target) -> {
          follow(call, url, to, target);
          return Optional.empty();
        }
        case Reply.Refused _, Reply.Foreign _ -> {
          // As any other failure, below.
        }
      }
    }
    var failure = new StageFailed(answered);
    failures.add(failure);
    boolean refused =
        (raw.status() == 401 && answered.refusal().isPresent())
            || failure.code().filter("InvalidUser"::equals).isPresent();
    if (refused && order.isPartnersOwn(url)) {
      // The partner itself says no; nobody else can say yes for it.
      throw failure;
    }
    return Optional.empty();
  }

  private Optional<URI> usable(URI from, @Nullable String ewsUrl) {
    Optional<URI> url = url(ewsUrl).filter(it -> it.getHost() != null && it.isAbsolute());
    if (url.isEmpty()) {
      failures.add(new StageFailed(conversation.note(new Observation.NoEwsUrl(from, ewsUrl))));
      return url;
    }
    // The partner's own host may name any server of its; a token goes nowhere else by hearsay.
    if (!order.isPartnersOwn(from) && !order.mayRedirectTo(url.get(), mailbox.domain())) {
      notFollowed(
          Call.AUTODISCOVER_SOAP,
          from,
          url.get().toString(),
          "its host is neither in the mailbox's domain nor allowed");
      return Optional.empty();
    }
    return url;
  }

  /** A redirect by HTTP leads to another Autodiscover, or to a login page. */
  private void followHeader(Call call, URI url, String location) throws StageFailed {
    Optional<URI> target = url(location).map(url::resolve);
    String path = target.map(URI::getPath).map(it -> it.toLowerCase(Locale.ROOT)).orElse("");
    if (path.endsWith(".svc") || path.endsWith(".xml")) {
      goTo(call, url, target.orElseThrow());
    } else {
      notFollowed(call, url, location, "it is no Autodiscover");
    }
  }

  private void follow(Call call, URI url, Elsewhere.To to, String target) throws StageFailed {
    switch (to) {
      case URL -> {
        Optional<URI> next = url(target);
        if (next.isEmpty()) {
          notFollowed(call, url, target, "it is no URL");
        } else {
          goTo(call, url, next.get());
        }
      }
      case ADDRESS -> {
        Optional<SipAddress> address = SipAddress.tryParse(target);
        if (address.isEmpty()) {
          notFollowed(call, url, target, "it is no address");
          return;
        }
        if (!redirectedTo.add(address.get()) || address.get().equals(mailbox)) {
          throw new StageFailed(conversation.note(new Observation.RedirectLoop(url, target)));
        }
        if (!order.mayRedirectTo(
            URI.create("https://" + address.get().domain()), mailbox.domain())) {
          notFollowed(call, url, target, "its domain is neither the mailbox's nor allowed");
          return;
        }
        countRedirect(url, target);
        mailbox = address.get();
        steps.clear();
        steps.addAll(order.steps(mailbox.domain()));
      }
    }
  }

  private void goTo(Call call, URI from, URI target) throws StageFailed {
    if (!order.mayRedirectTo(target, mailbox.domain())) {
      notFollowed(
          call,
          from,
          target.toString(),
          "https".equalsIgnoreCase(target.getScheme())
              ? "its host is neither in the mailbox's domain nor allowed"
              : "it is not https");
      return;
    }
    Call next = isPox(target) ? Call.AUTODISCOVER_POX : Call.AUTODISCOVER_SOAP;
    if (asked.contains(next + " " + target.toString().toLowerCase(Locale.ROOT) + " " + mailbox)) {
      throw new StageFailed(
          conversation.note(new Observation.RedirectLoop(from, target.toString())));
    }
    countRedirect(from, target.toString());
    steps.addFirst(new Step.Ask(target));
  }

  private void countRedirect(URI from, String target) throws StageFailed {
    if (++redirects > MOST_REDIRECTS) {
      throw new StageFailed(conversation.note(new Observation.RedirectLoop(from, target)));
    }
  }

  private void notFollowed(Call call, URI from, String target, String why) {
    failures.add(
        new StageFailed(
            conversation.note(new Observation.RedirectNotFollowed(call, from, target, why))));
  }

  private void askAnonymously(URI url) throws StageFailed {
    OutboundAnswer raw;
    try {
      raw = conversation.getAnonymously(Call.AUTODISCOVER_REDIRECT, url);
    } catch (StageFailed failed) {
      if (!(failed.decisive() instanceof Observation.Unanswered)) {
        throw failed;
      }
      failures.add(failed);
      return;
    }
    Optional<String> location = raw.header("location");
    if ((raw.status() == 301 || raw.status() == 302) && location.isPresent()) {
      followHeader(Call.AUTODISCOVER_REDIRECT, url, location.get());
    }
  }

  private void lookUp(String serviceName) throws StageFailed {
    Optional<URI> named =
        serviceRecords
            .host(serviceName)
            .flatMap(host -> url("https://" + host + AutodiscoverOrder.SOAP_PATH));
    if (named.isPresent()) {
      URI from = URI.create("dns:" + serviceName);
      goTo(Call.AUTODISCOVER_REDIRECT, from, named.get());
    }
  }

  /** Of all that failed, what says most of why: the first of the most telling kind. */
  private StageFailed mostTelling() {
    return failures.stream()
        .max(
            Comparator.comparingInt((StageFailed it) -> weight(it.decisive()))
                .thenComparing(Comparator.comparingInt(failures::indexOf).reversed()))
        // Every place only led elsewhere.
        .orElseGet(
            () ->
                new StageFailed(
                    conversation.note(
                        new Observation.NoEwsUrl(
                            URI.create("https://" + mailbox.domain() + "/"), null))));
  }

  private static int weight(Observation failure) {
    return switch (failure) {
      case Observation.Answered it when it.status() == 401 && it.refusal().isPresent() -> 6;
      case Observation.Answered it when it.reply() instanceof Reply.Refused -> 5;
      case Observation.NoEwsUrl _ -> 5;
      case Observation.Answered it when it.status() == 401 -> 4;
      case Observation.RedirectNotFollowed _ -> 3;
      case Observation.Answered _ -> 2;
      // The anonymous request is the last straw; that it finds nobody is the rule.
      case Observation.Unanswered it -> it.call() == Call.AUTODISCOVER_REDIRECT ? 0 : 1;
      default -> 1;
    };
  }

  private static boolean isPox(URI url) {
    return String.valueOf(url.getPath()).toLowerCase(Locale.ROOT).endsWith(".xml");
  }

  private static Optional<URI> url(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(URI.create(text.strip()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
