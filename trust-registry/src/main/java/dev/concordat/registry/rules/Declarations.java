package dev.concordat.registry.rules;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.contracts.events.RemovePartner;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may change what a file declares, and what a file may declare: neither a person nor a file
 * overrides the other without saying so.
 */
final class Declarations {

  private Declarations() {}

  /** Why a partner may not be registered by whoever asks. */
  static Optional<Problem> refusal(
      Optional<PartnerRegistered> present, PartnerApplication asked, RegisterPartner command) {
    if (present.isEmpty() || Boolean.TRUE.equals(command.takeOver())) {
      return Optional.empty();
    }
    PartnerRegistered before = present.get();
    String file = command.declaredIn();
    if (before.declaredIn() == null) {
      return file == null || before.application().equals(asked)
          ? Optional.empty()
          : Optional.of(byHand(before));
    }
    return file != null && source(file).equals(source(before.declaredIn()))
        ? Optional.empty()
        : Optional.of(declared(before, before.declaredIn(), "changed"));
  }

  /** Why a partner may not be removed by whoever asks. */
  static Optional<Problem> refusal(PartnerRegistered before, RemovePartner command) {
    if (Boolean.TRUE.equals(command.takeOver())) {
      return Optional.empty();
    }
    String file = command.declaredIn();
    if (before.declaredIn() == null) {
      return file == null ? Optional.empty() : Optional.of(byHand(before));
    }
    return file != null && source(file).equals(source(before.declaredIn()))
        ? Optional.empty()
        : Optional.of(declared(before, before.declaredIn(), "removed"));
  }

  /** The folder that a file lies in: what stands before the first slash. */
  private static String source(@Nullable String declaredIn) {
    return declaredIn == null ? "" : declaredIn.substring(0, Math.max(declaredIn.indexOf('/'), 0));
  }

  private static Problem byHand(PartnerRegistered present) {
    return PartnerRules.refusal(
        "registered-by-hand",
        "The partner was registered by hand",
        409,
        "name",
        present.name(),
        "a file declares what it declared before, or what is not registered, or what is registered"
            + " exactly so",
        "%s registered the partner %s by hand, otherwise than the file declares it. Make both alike, or say takeOver: true in the file."
            .formatted(present.changedBy(), PartnerRules.quoted(present.name())));
  }

  private static Problem declared(PartnerRegistered present, String file, String what) {
    return PartnerRules.refusal(
            "declared-in-file",
            "A file declares this partner",
            409,
            "declaredIn",
            file,
            "what a file declares is %s there".formatted(what),
            "The partner %s is declared in %s. Change it there; or, to take it out of the file's hands, ask again with ?takeOver=true."
                .formatted(PartnerRules.quoted(present.name()), PartnerRules.quoted(file)))
        .with("declaredIn", file);
  }
}
