package dev.concordat.simulator.ews;

import org.w3c.dom.Element;

/** How strictly requests are held to the schema before anything is done. */
sealed interface RequestCheck permits RequestOrder, PublishedSchema, RequestCheck.None {

  /**
   * @param operation the element in the SOAP body
   * @throws EwsFault if it breaks the schema
   */
  void check(Element operation) throws EwsFault;

  /** Not at all: only what an operation needs is asked for. */
  record None() implements RequestCheck {
    @Override
    public void check(Element operation) {}
  }
}
