package dev.concordat.probe.running;

import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Observation;
import dev.concordat.diagnosis.Reply;
import dev.concordat.diagnosis.Unreached;
import dev.concordat.probe.exchange.Ews;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code Test-CsExStorageConnectivity} does: an item is written into Conversation History,
 * read back and compared, and removed. It has a marker of ours, by which a later probe finds what a
 * killed one left.
 */
final class ConversationHistory implements Check {

  /** What the clean-up has for itself when the probe's own time is over. */
  private static final Duration CLEAN_UP = Duration.ofSeconds(10);

  /** What an item's marker is; that of an item that is to stay says so, and is never removed. */
  private static final Pattern MARKER =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private static final String KEPT = " kept";

  /** Answers to GetFolder that mean: not by this name. */
  private static final Set<String> NOT_BY_THIS_NAME =
      Set.of(
          "ErrorFolderNotFound",
          "ErrorItemNotFound",
          "ErrorSchemaValidation",
          "ErrorInvalidOperation",
          "ErrorIncorrectSchemaVersion");

  private final ProbeRequested request;
  private final RunSettings settings;
  private final EwsSession ews;

  private @Nullable String folderId;
  private @Nullable String itemId;
  private boolean mayHaveItem;

  ConversationHistory(ProbeRequested request, RunSettings settings, EwsSession ews) {
    this.request = request;
    this.settings = settings;
    this.ews = ews;
  }

  @Override
  public List<Step> steps() {
    var steps =
        new ArrayList<>(
            List.of(
                new Step(Stage.FOLDER, this::folder),
                new Step(Stage.CREATE, this::create),
                new Step(Stage.VERIFY, this::verify)));
    if (request.deleteItem()) {
      steps.add(new Step(Stage.DELETE, this::delete));
    }
    return steps;
  }

  private String folder() throws StageFailed {
    boolean made = false;
    Optional<String> found;
    try {
      found =
          ews.call(Call.GET_FOLDER, Ews.getFolder("conversationhistory", ews.smtpAddress()))
              .folderId();
    } catch (StageFailed failed) {
      if (failed.code().filter(NOT_BY_THIS_NAME::contains).isEmpty()) {
        throw failed;
      }
      found = byName();
      if (found.isEmpty()) {
        found = createFolder();
        made = true;
      }
    }
    folderId =
        found.orElseThrow(
            () -> ews.incomplete(Call.GET_FOLDER, "its answer has no id of a mail folder"));
    int removed = removeLeftovers(folderId);
    return "Conversation History %s%s"
        .formatted(
            made ? "made" : "found",
            removed == 0 ? "" : "; %d items of killed probes removed".formatted(removed));
  }

  private Optional<String> byName() throws StageFailed {
    return ews.call(Call.FIND_FOLDER, Ews.findFolder(settings.folderNames())).folderId();
  }

  private Optional<String> createFolder() throws StageFailed {
    if (!settings.createFolder()) {
      throw new StageFailed(ews.conversation().note(new Observation.NoFolder(ews.url())));
    }
    try {
      return ews.call(Call.CREATE_FOLDER, Ews.createFolder(settings.folderNames().getFirst()))
          .folderId();
    } catch (StageFailed failed) {
      // Somebody else was faster.
      if (failed.code().filter("ErrorFolderExists"::equals).isPresent()) {
        return byName();
      }
      throw failed;
    }
  }

  /**
   * Removes what killed probes left: items with a marker of ours that isn't one to stay, of our
   * class and subject, and older than any probe can be. Failing to is no failure of the probe.
   */
  private int removeLeftovers(String folder) throws StageFailed {
    try {
      Instant before = ews.conversation().theirTime().minus(settings.leftoverAge());
      List<String> leftovers =
          ews.call(Call.FIND_ITEM, Ews.findMarked(folder)).items().stream()
              .filter(it -> isLeftover(it, before))
              .map(Ews.Item::id)
              .toList();
      if (!leftovers.isEmpty()) {
        ews.call(Call.DELETE_ITEM, Ews.deleteItems(leftovers));
      }
      return leftovers.size();
    } catch (StageFailed failed) {
      if (failed.isEnd()) {
        throw failed;
      }
      return 0;
    }
  }

  static boolean isLeftover(Ews.Item item, Instant before) {
    String marker = item.marker();
    Instant created = item.created();
    return marker != null
        && MARKER.matcher(marker).matches()
        && Ews.ITEM_CLASS.equals(item.itemClass())
        && Ews.SUBJECT.equals(item.subject())
        && created != null
        && created.isBefore(before);
  }

  private String create() throws StageFailed {
    mayHaveItem = true;
    try {
      itemId = createOnce();
      return Ews.ITEM_CLASS;
    } catch (StageFailed failed) {
      if (!lostOnTheWay(failed)) {
        throw failed;
      }
    }
    // A server may close a kept connection just when it is used again. Whether the item was made
    // all the same, its marker tells; only then may it be made again.
    List<String> made = marked();
    itemId = made.isEmpty() ? createOnce() : made.getFirst();
    return Ews.ITEM_CLASS + ", after a broken connection";
  }

  private static boolean lostOnTheWay(StageFailed failed) {
    return failed.decisive() instanceof Observation.Unanswered unanswered
        && unanswered.reason() instanceof Unreached.ConnectionLost;
  }

  private String createOnce() throws StageFailed {
    Ews.Answer answer;
    try {
      answer =
          ews.call(Call.CREATE_ITEM, Ews.createItem(Objects.requireNonNull(folderId), marker()));
    } catch (StageFailed failed) {
      // What Exchange refused is not there; what a proxy in between answers says nothing of it.
      mayHaveItem =
          !(failed.decisive() instanceof Observation.Answered answered
              && (answered.reply() instanceof Reply.Refused || answered.status() / 100 == 4));
      throw failed;
    }
    return answer
        .itemId()
        .orElseThrow(() -> ews.incomplete(Call.CREATE_ITEM, "its answer has no item id"));
  }

  private List<String> marked() throws StageFailed {
    return ews
        .call(Call.FIND_ITEM, Ews.findMarked(Objects.requireNonNull(folderId), marker()))
        .items()
        .stream()
        .filter(it -> marker().equals(it.marker()))
        .map(Ews.Item::id)
        .toList();
  }

  private String verify() throws StageFailed {
    Ews.Item read =
        ews.call(Call.GET_ITEM, Ews.getItem(Objects.requireNonNull(itemId))).items().stream()
            .findFirst()
            .orElseThrow(() -> ews.incomplete(Call.GET_ITEM, "its answer has no item"));
    requireSame("subject", Ews.SUBJECT, read.subject());
    requireSame("class", Ews.ITEM_CLASS, read.itemClass());
    requireSame("marker", marker(), read.marker());
    return "subject, class and marker are as written";
  }

  private void requireSame(String property, String written, @Nullable String read)
      throws StageFailed {
    if (!written.equals(read)) {
      throw new StageFailed(
          ews.conversation()
              .note(
                  new Observation.ItemDiffers(
                      ews.url(), property, written, read == null ? "nothing" : read)));
    }
  }

  private String delete() throws StageFailed {
    try {
      ews.call(Call.DELETE_ITEM, Ews.deleteItems(List.of(Objects.requireNonNull(itemId))));
    } catch (StageFailed failed) {
      if (failed.code().filter("ErrorItemNotFound"::equals).isEmpty()) {
        throw failed;
      }
      mayHaveItem = false;
      return "somebody else deleted it in between";
    }
    mayHaveItem = false;
    return "deleted for good";
  }

  private String marker() {
    return request.deleteItem() ? request.id() : request.id() + KEPT;
  }

  @Override
  public CleanUp cleanUp() {
    return this::cleanUp;
  }

  /**
   * Removes the item of a probe that did not get so far, also one that was made although its answer
   * got lost.
   */
  private CleanUp.Left cleanUp(boolean failed) {
    if (!mayHaveItem) {
      return new CleanUp.Left(true, request.deleteItem() ? null : "nothing was written");
    }
    if (!request.deleteItem() && !failed) {
      return new CleanUp.Left(false, "the item stays, as asked");
    }
    ews.conversation().extend(CLEAN_UP);
    try {
      String known = itemId;
      List<String> left = known != null ? List.of(known) : marked();
      if (!left.isEmpty()) {
        ews.call(Call.DELETE_ITEM, Ews.deleteItems(left));
      }
      return new CleanUp.Left(true, "the item was removed all the same");
    } catch (StageFailed again) {
      return again.code().filter("ErrorItemNotFound"::equals).isPresent()
          ? new CleanUp.Left(true, null)
          : new CleanUp.Left(
              false, "the item may still be there; a later probe of this mailbox removes it");
    }
  }
}
