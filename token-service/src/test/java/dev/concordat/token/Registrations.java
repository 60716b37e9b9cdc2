package dev.concordat.token;

import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Registrations and readings as they come over Kafka, each with a revision of its own. */
public final class Registrations {

  public static final String EXCHANGE_ID = "00000002-0000-0ff1-ce00-000000000000";
  public static final String EXCHANGE_ISSUER = EXCHANGE_ID + "@litwareinc.com";
  public static final String METADATA_URL =
      "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1";
  public static final Instant SOME_TIME = Instant.parse("2026-01-01T00:00:00Z");

  private static final AtomicLong REVISION = new AtomicLong();

  private Registrations() {}

  /** An Exchange trusted by its metadata document, which is still to tell its realm. */
  public static PartnerRegistered exchange(String name) {
    return partner(
        name,
        PartnerKind.EXCHANGE,
        EXCHANGE_ID,
        null,
        new Trust.ByMetadata(METADATA_URL, null, null));
  }

  public static PartnerRegistered partner(
      String name,
      PartnerKind kind,
      @Nullable String applicationIdentifier,
      @Nullable String realm,
      @Nullable Trust trust) {
    return new PartnerRegistered(
        name,
        kind,
        applicationIdentifier,
        realm,
        TrustLevel.FULL,
        true,
        trust,
        List.of(),
        null,
        null,
        null,
        REVISION.incrementAndGet(),
        SOME_TIME,
        "a test");
  }

  public static PartnerRegistered workload(
      String name, @Nullable ClientAuth clientAuth, MayRequest... mayRequest) {
    return new PartnerRegistered(
        name,
        PartnerKind.GENERIC,
        null,
        null,
        TrustLevel.FULL,
        true,
        null,
        Arrays.asList(mayRequest),
        clientAuth,
        null,
        null,
        REVISION.incrementAndGet(),
        SOME_TIME,
        "a test");
  }

  public static ClientAuth serviceAccount(String subject) {
    return new ClientAuth(null, null, subject, null);
  }

  public static ClientAuth certificates(String... certificates) {
    return new ClientAuth(null, List.of(certificates), null, null);
  }

  public static MayRequest anyone(String partner) {
    return new MayRequest(partner, new MayRequest.ActingAs(true, null, null));
  }

  public static PartnerRegistered disabled(PartnerRegistered it) {
    return with(it, it.trustLevel(), false);
  }

  public static PartnerRegistered trusted(PartnerRegistered it, TrustLevel level) {
    return with(it, level, it.enabled());
  }

  private static PartnerRegistered with(PartnerRegistered it, TrustLevel level, boolean enabled) {
    return new PartnerRegistered(
        it.name(),
        it.kind(),
        it.applicationIdentifier(),
        it.realm(),
        level,
        enabled,
        it.trust(),
        it.mayRequest(),
        it.clientAuth(),
        it.probe(),
        null,
        REVISION.incrementAndGet(),
        it.changedAt(),
        it.changedBy());
  }

  /** A document that was read and found good. */
  public static MetadataRefreshed read(String name, String issuer) {
    return reading(name, MetadataRefreshed.Outcome.CHANGED, issuer);
  }

  public static MetadataRefreshed reading(
      String name, MetadataRefreshed.Outcome outcome, @Nullable String issuer) {
    var document =
        issuer == null
            ? null
            : new AuthMetadataDocument(
                null, "1.0", "Exchange", null, null, issuer, List.of(), List.of(), List.of());
    return new MetadataRefreshed(
        name, outcome, document, SOME_TIME, null, null, List.of(), List.of(), null);
  }
}
