package dev.concordat.registry;

import dev.concordat.contracts.events.Expectation;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.contracts.events.RemovePartner;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commands as tests give them. */
public final class Registered {

  public static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private Registered() {}

  public static PartnerApplication exchange(String name) {
    return byMetadata(
        name, "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1", null);
  }

  public static PartnerApplication byMetadata(
      String name, String metadataUrl, @Nullable String realm) {
    return new PartnerApplication(
        name,
        PartnerKind.EXCHANGE,
        null,
        realm,
        TrustLevel.FULL,
        true,
        new Trust.ByMetadata(metadataUrl, null, null),
        List.of(),
        null,
        null);
  }

  public static PartnerApplication with(
      PartnerApplication it, @Nullable Trust trust, @Nullable ProbeSettings probe) {
    return new PartnerApplication(
        it.name(),
        it.kind(),
        it.applicationIdentifier(),
        it.realm(),
        it.trustLevel(),
        it.enabled(),
        trust,
        it.mayRequest(),
        it.clientAuth(),
        probe);
  }

  public static RegisterPartner register(PartnerApplication partner) {
    return register(partner, null, false);
  }

  public static RegisterPartner register(
      PartnerApplication partner, @Nullable Expectation expectation, boolean identityChange) {
    return new RegisterPartner(
        UUID.randomUUID().toString(),
        partner,
        expectation,
        identityChange,
        false,
        null,
        null,
        "admin",
        NOON);
  }

  public static RemovePartner remove(String name) {
    return new RemovePartner(
        UUID.randomUUID().toString(), name, null, false, null, null, "admin", NOON);
  }
}
