package dev.concordat.simulator.autodiscover;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.mailboxes.Mailboxes;

/**
 * Autodiscover: where a user's Exchange Web Services are, in the three forms that clients ask in
 * (EWS and Autodiscover reference; the shapes that they insist on are in ews.md 1).
 */
public final class Autodiscover {

  private final SoapAutodiscover soap;
  private final PoxAutodiscover pox;
  private final JsonAutodiscover json;

  /**
   * @param ewsUrl where Exchange Web Services are
   */
  public Autodiscover(Mailboxes mailboxes, String ewsUrl) {
    soap = new SoapAutodiscover(mailboxes, new UserSettings(ewsUrl));
    pox = new PoxAutodiscover(mailboxes, ewsUrl);
    json = new JsonAutodiscover(mailboxes, ewsUrl);
  }

  /** POST {@code /autodiscover/autodiscover.svc}. */
  public HttpAnswer soap(byte[] request) {
    return soap.answer(request);
  }

  /** POST {@code /autodiscover/autodiscover.xml}: plain old XML. */
  public HttpAnswer pox(byte[] request) {
    return pox.answer(request);
  }

  /** GET {@code /autodiscover/autodiscover.json}: where a protocol is, for anyone. */
  public HttpAnswer json(String address, String protocol) {
    return json.answer(address, protocol);
  }
}
