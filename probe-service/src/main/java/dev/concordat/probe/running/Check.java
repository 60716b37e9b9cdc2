package dev.concordat.probe.running;

import dev.concordat.contracts.events.ProbeRequested;
import java.util.List;

/** What a kind of probe does with a mailbox once it has found it. */
sealed interface Check permits ConversationHistory, Archiving, ContactStore {

  /** A stage's work; what it returns is said of it when it passed. */
  @FunctionalInterface
  interface Work {
    String detail() throws StageFailed;
  }

  /** A stage of the check with its work. */
  record Step(Stage stage, Work work) {}

  /** The check that was asked for. */
  static Check of(ProbeRequested request, RunSettings settings, EwsSession ews) {
    return switch (request.kind()) {
      case CONVERSATION_HISTORY -> new ConversationHistory(request, settings, ews);
      case ARCHIVING -> new Archiving(ews);
      case UNIFIED_CONTACT_STORE -> new ContactStore(ews);
    };
  }

  /** Its stages, in order. */
  List<Step> steps();

  /** What is left to be cleaned up; for a check that writes nothing, nothing. */
  default CleanUp cleanUp() {
    return CleanUp.NOTHING_TO_DO;
  }

  /** What becomes of what a check wrote. */
  interface CleanUp {

    /** Of a check that writes nothing. */
    CleanUp NOTHING_TO_DO = _ -> new Left(true, null);

    /**
     * @param nothing whether nothing of the probe is left in the mailbox
     * @param detail what is said of the stage {@code delete}, if that has not run; may be absent
     */
    record Left(boolean nothing, @org.jspecify.annotations.Nullable String detail) {}

    /**
     * Removes what is to be removed.
     *
     * @param failed whether the probe failed
     */
    Left run(boolean failed);
  }
}
