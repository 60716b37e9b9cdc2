package dev.concordat.probe.running;

import dev.concordat.diagnosis.Call;
import dev.concordat.probe.exchange.Ews;
import java.util.List;

/**
 * Whether the unified contact store can be read for the user. Whether contacts are kept there is a
 * matter of policy, so that an empty list passes (ews.md 5).
 */
record ContactStore(EwsSession ews) implements Check {

  @Override
  public List<Step> steps() {
    return List.of(new Step(Stage.CONTACTS, this::contacts));
  }

  private String contacts() throws StageFailed {
    var list =
        ews.call(Call.GET_IM_ITEM_LIST, Ews.getImItemList())
            .contactList()
            .orElseThrow(() -> ews.incomplete(Call.GET_IM_ITEM_LIST, "its answer has no list"));
    return list.isEmpty()
        ? "the list can be read and is empty: trust is fine; whether contacts move there is decided"
            + " by the user services policy, the client's version and the user's first sign-in"
        : "%d groups and %d contacts".formatted(list.groups(), list.personas());
  }
}
