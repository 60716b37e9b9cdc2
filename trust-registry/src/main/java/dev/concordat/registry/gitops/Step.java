package dev.concordat.registry.gitops;

import dev.concordat.contracts.events.Event;
import dev.concordat.contracts.events.Expectation;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.contracts.events.RemovePartner;
import dev.concordat.registry.declarations.FileDeclaration;
import java.time.Instant;

/**
 * Something to be done in the registry. Each expects the state that it was planned upon: a replica
 * that decides no more, and doesn't know yet, changes nothing that has changed since.
 */
sealed interface Step {

  /** Whose application it is. */
  String name();

  /** The command to do it. */
  Event command(String commandId, String requestedBy, Instant requestedAt);

  /** What a file declares is registered. */
  record Register(FileDeclaration declaration, String declaredIn, Expectation expectation)
      implements Step {

    @Override
    public String name() {
      return declaration.partner().name();
    }

    @Override
    public RegisterPartner command(String commandId, String requestedBy, Instant requestedAt) {
      return new RegisterPartner(
          commandId,
          declaration.partner(),
          expectation,
          declaration.acceptIdentityChange(),
          declaration.takeOver(),
          declaredIn,
          null,
          requestedBy,
          requestedAt);
    }
  }

  /** What a file declared, and none does any more, is removed. */
  record Remove(String name, String declaredIn, Expectation expectation) implements Step {

    @Override
    public RemovePartner command(String commandId, String requestedBy, Instant requestedAt) {
      return new RemovePartner(
          commandId, name, expectation, false, declaredIn, null, requestedBy, requestedAt);
    }
  }
}
