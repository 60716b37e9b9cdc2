package dev.concordat.token.rules;

import dev.concordat.contracts.events.PartnerRegistered;

/** Who asks, after it has proved who it is. */
public sealed interface Client {

  /** How the audit log names it. */
  String name();

  /**
   * A person or tool with the role {@code admin}: may get any token.
   *
   * @param name the principal's name
   */
  record Administrator(String name) implements Client {}

  /**
   * A workload of ours, registered as a generic partner; its {@code mayRequest} bounds it.
   *
   * @param registration its state when it proved itself
   */
  record Workload(PartnerRegistered registration) implements Client {
    @Override
    public String name() {
      return registration.name();
    }
  }
}
