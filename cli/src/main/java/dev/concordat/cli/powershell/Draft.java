package dev.concordat.cli.powershell;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.TrustLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one entry says by itself, before the entries beside it are looked at. */
sealed interface Draft {

  /** It can become a partner. */
  record Usable(
      String name,
      PartnerKind kind,
      @Nullable String applicationIdentifier,
      @Nullable String realm,
      TrustLevel trustLevel,
      boolean enabled,
      Source source,
      List<Warning> warnings)
      implements Draft {
    public Usable {
      warnings = List.copyOf(warnings);
    }
  }

  /** It can't. */
  record Refused(String name, String why) implements Draft {}

  /** It is one of those that every hybrid server has. */
  record Skipped(String name, String why) implements Draft {}

  /** Where its certificates come from. */
  sealed interface Source {

    record Metadata(String url) implements Source {}

    record Certificates(List<String> base64) implements Source {
      public Certificates {
        base64 = List.copyOf(base64);
      }
    }

    /** A token server vouches for it; Exchange does not say which. */
    record TokenServer(@Nullable String name) implements Source {}
  }
}
