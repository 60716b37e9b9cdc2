package dev.concordat.probe.running;

import dev.concordat.diagnosis.Call;
import dev.concordat.probe.exchange.Ews;
import java.util.List;

/**
 * Whether archiving to the mailbox is possible: the purges of its Recoverable Items, which is where
 * Skype for Business archives to, can be reached (ews.md 6). Nothing is written there, because what
 * is under a hold could not be removed again.
 */
record Archiving(EwsSession ews) implements Check {

  @Override
  public List<Step> steps() {
    return List.of(new Step(Stage.FOLDER, this::folder));
  }

  private String folder() throws StageFailed {
    boolean found =
        ews.call(Call.GET_PURGES, Ews.getFolder("recoverableitemspurges", ews.smtpAddress()))
            .anyFolderId()
            .isPresent();
    if (!found) {
      throw ews.incomplete(Call.GET_PURGES, "its answer has no folder id");
    }
    return "the purges of Recoverable Items can be reached; nothing is written there";
  }
}
