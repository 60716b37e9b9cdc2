package dev.concordat.cli.powershell;

import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.Trust;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What became of one object of a file. */
public sealed interface Imported {

  /** The file and the object in it, such as {@code skype.json, object 2}. */
  String where();

  /** Its name; empty where it has none. */
  String name();

  /**
   * It is a partner, which the registry may still refuse.
   *
   * @param cmdlet whose output it is
   * @param partner the body of {@code PUT /v1/partners/{name}}
   * @param warnings what an admin should know of it
   */
  record Declared(String where, Cmdlet cmdlet, PartnerApplication partner, List<Warning> warnings)
      implements Imported {
    public Declared {
      warnings = List.copyOf(warnings);
    }

    @Override
    public String name() {
      return partner.name();
    }

    /**
     * The same, but where the partner is registered already, with what this cmdlet can't say left
     * as it is: no export takes away a mailbox to probe.
     */
    public Declared keeping(PartnerApplication registered) {
      boolean samePartner =
          partner.applicationIdentifier() == null
              || Objects.equals(
                  partner.applicationIdentifier(), registered.applicationIdentifier());
      PartnerKind kind = samePartner ? registered.kind() : partner.kind();
      boolean workload = kind == PartnerKind.GENERIC;
      return new Declared(
          where,
          cmdlet,
          new PartnerApplication(
              partner.name(),
              kind,
              either(partner.applicationIdentifier(), registered.applicationIdentifier()),
              either(partner.realm(), registered.realm()),
              cmdlet == Cmdlet.CS_PARTNER_APPLICATION
                  ? partner.trustLevel()
                  : registered.trustLevel(),
              cmdlet == Cmdlet.SP_TRUSTED_ISSUER ? registered.enabled() : partner.enabled(),
              keeping(partner.trust(), registered.trust()),
              kind == registered.kind() ? registered.mayRequest() : List.of(),
              workload ? registered.clientAuth() : null,
              registered.probe()),
          warnings);
    }

    private static @Nullable Trust keeping(@Nullable Trust asked, @Nullable Trust registered) {
      return asked instanceof Trust.ByMetadata now
              && registered instanceof Trust.ByMetadata before
              && now.metadataUrl().equals(before.metadataUrl())
          ? new Trust.ByMetadata(
              now.metadataUrl(), before.caBundle(), either(now.allowHttp(), before.allowHttp()))
          : asked;
    }

    private static <T> @Nullable T either(@Nullable T said, @Nullable T registered) {
      return said == null ? registered : said;
    }
  }

  /** It is left out because it is one of those that every hybrid server has. */
  record Skipped(String where, String name, String why) implements Imported {}

  /** It can't become a partner. */
  record Refused(String where, String name, String why) implements Imported {}
}
