package dev.concordat.contracts.events;

import dev.concordat.contracts.Fixtures;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.ProtocolVectors;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Every event twice: with everything that it can say, and with nothing that it may leave out. */
final class Examples {
  private static final Instant NOW = Instant.parse("2026-01-01T08:30:00.125Z");
  private static final SigningCertificate KEY = ProtocolVectors.read().certificate("current");

  static final ClientAuth CLIENT_AUTH =
      new ClientAuth(
          "https://workload.litwareinc.com/jwks",
          List.of(KEY.pem()),
          "system:serviceaccount:concordat:probe-service",
          "{SHA-256}q1w2e3");

  static final ProbeSettings PROBE =
      new ProbeSettings(
          List.of("sip:kenmyer@litwareinc.com"),
          List.of(ProbeKind.values()),
          Duration.ofMinutes(5),
          true,
          ProbeCompleted.TokenSource.FRESH);

  static final List<Trust> TRUSTS =
      List.of(
          new Trust.ByMetadata(
              "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1",
              Fixtures.pem("until-9999"),
              false),
          new Trust.ByMetadata(
              "https://sharepoint.litwareinc.com/_layouts/15/metadata/json/1", null, null),
          new Trust.ByCertificates(List.of(KEY.base64(), KEY.pem())),
          new Trust.ByTokenServer("acs"));

  static final PartnerApplication PARTNER =
      new PartnerApplication(
          "exchange",
          PartnerKind.EXCHANGE,
          "00000002-0000-0ff1-ce00-000000000000",
          "litwareinc.com",
          TrustLevel.FULL,
          true,
          TRUSTS.getFirst(),
          List.of(
              new MayRequest("*", new MayRequest.ActingAs(true, null, null)),
              new MayRequest(
                  "exchange",
                  new MayRequest.ActingAs(
                      null, List.of("sip:kenmyer@litwareinc.com"), "litwareinc.com")),
              new MayRequest("sharepoint", null, List.of("calendar.read"), List.of("archivist"))),
          CLIENT_AUTH,
          PROBE);

  static final PartnerApplication BARE_PARTNER =
      new PartnerApplication(
          "workload",
          PartnerKind.GENERIC,
          null,
          null,
          TrustLevel.APPLICATION,
          false,
          null,
          List.of(),
          null,
          null);

  static final Idempotency IDEMPOTENCY = new Idempotency("a1".repeat(32), "b2".repeat(32));

  static final Problem PROBLEM =
      new Problem(
          Problem.TYPE_PREFIX + "realm-conflict",
          "Realm conflict",
          409,
          "The document of exchange says realm contoso.com.",
          Map.of("field", "realm"));

  static final AuthMetadataDocument DOCUMENT =
      new AuthMetadataDocument(
          "_70b34511-d105-4e2b-9675-39f53305bb01",
          "1.0",
          "Exchange",
          "litwareinc.com",
          "00000002-0000-0ff1-ce00-000000000000",
          "00000002-0000-0ff1-ce00-000000000000@litwareinc.com",
          List.of("00000002-0000-0ff1-ce00-000000000000@litwareinc.com"),
          List.of(AuthMetadataDocument.Key.of(KEY)),
          List.of(
              new AuthMetadataDocument.Endpoint(
                  "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1",
                  "OAuth2",
                  "metadata")));

  static final List<Event> FULL =
      List.of(
          new RegisterPartner(
              "c-1",
              PARTNER,
              new Expectation(41L, false),
              true,
              true,
              "gitops/partners.yaml",
              IDEMPOTENCY,
              "admin@litwareinc.com",
              NOW),
          new RemovePartner(
              "c-2",
              "exchange",
              new Expectation(42L, false),
              true,
              "gitops/partners.yaml",
              IDEMPOTENCY,
              "admin",
              NOW),
          new PartnerCommandDecided(
              "c-1", "exchange", PartnerCommandDecided.Outcome.REFUSED, 41L, PROBLEM, IDEMPOTENCY),
          PartnerRegistered.of(PARTNER, "gitops/partners.yaml", 42, NOW, "admin@litwareinc.com"),
          new MetadataRefreshed(
              "exchange",
              MetadataRefreshed.Outcome.CONFLICT,
              DOCUMENT,
              NOW,
              "\"abc\"",
              NOW.plusSeconds(300),
              List.of(new MetadataChange(MetadataChange.Kind.KEY_ADDED, KEY.thumbprint())),
              List.of(KEY.summary()),
              PROBLEM,
              List.of("x5t-mismatch"),
              NOW.minusSeconds(60),
              NOW.plusSeconds(86400)),
          new SigningKeyPublished(
              KEY.x5t(), KEY.base64(), SigningKeyPublished.Phase.NEXT, NOW, NOW.plusSeconds(86400)),
          new SigningKeyPublished(
              KEY.x5t(),
              KEY.base64(),
              SigningKeyPublished.Phase.NEXT,
              NOW,
              NOW.plusSeconds(86400),
              NOW.plusSeconds(60),
              new KeyRollover(
                  NOW,
                  "admin",
                  NOW.plusSeconds(30),
                  NOW.plusSeconds(3600),
                  List.of("sharepoint"),
                  List.of(new KeyRollover.Rehearsed("exchange", "p-1", NOW.plusSeconds(5))),
                  NOW.plusSeconds(60))),
          new DocumentRead(
              "exchange",
              "\"abc\"",
              List.of(KEY.x5t()),
              NOW,
              DocumentRead.Recognition.PRODUCT_HEADER),
          new RefreshRequested(
              "exchange",
              RefreshRequested.Reason.UNKNOWN_KEY,
              KEY.x5t(),
              "00000002-0000-0ff1-ce00-000000000000@litwareinc.com",
              "token-service",
              NOW),
          new ProbeRequested(
              "p-1",
              "exchange",
              "sip:kenmyer@litwareinc.com",
              ProbeKind.CONVERSATION_HISTORY,
              true,
              ProbeTrigger.REQUEST,
              "admin",
              NOW,
              KEY.x5t(),
              ProbeCompleted.TokenSource.CACHED),
          new ProbeCompleted(
              "p-1",
              "exchange",
              "sip:kenmyer@litwareinc.com",
              ProbeKind.CONVERSATION_HISTORY,
              ProbeCompleted.Outcome.FAILED,
              NOW,
              1234,
              List.of(
                  new ProbeStage("challenge", ProbeStage.Outcome.PASSED, 12, 401, "Bearer"),
                  new ProbeStage("token", ProbeStage.Outcome.FAILED, 3, null, null)),
              new Diagnosis(
                  "issuer-not-trusted",
                  "Exchange doesn't trust us.",
                  Diagnosis.Confidence.PROVED,
                  List.of("trusted_issuers doesn't name us"),
                  List.of(
                      new Diagnosis.Remedy(
                          "Exchange Management Shell",
                          "Configure-EnterprisePartnerApplication.ps1 …",
                          "registers us"))),
              KEY.x5t(),
              ProbeCompleted.TokenSource.FRESH,
              false,
              ProbeTrigger.SCHEDULE,
              "cluster-1/probe-service-0"));

  static final List<Event> MINIMAL =
      List.of(
          new RegisterPartner("c-1", BARE_PARTNER, null, false, false, null, null, "admin", NOW),
          new RegisterPartner(
              "c-1",
              BARE_PARTNER,
              new Expectation(null, true),
              false,
              false,
              null,
              null,
              "admin",
              NOW),
          new RemovePartner("c-2", "exchange", null, false, null, null, "admin", NOW),
          new PartnerCommandDecided(
              "c-1", "exchange", PartnerCommandDecided.Outcome.UNCHANGED, null, null, null),
          PartnerRegistered.of(BARE_PARTNER, null, 1, NOW, "admin"),
          new MetadataRefreshed(
              "exchange",
              MetadataRefreshed.Outcome.UNREACHABLE,
              null,
              NOW,
              null,
              null,
              List.of(),
              List.of(),
              null),
          new SigningKeyPublished(
              KEY.x5t(), KEY.base64(), SigningKeyPublished.Phase.REVOKED, NOW, null),
          new DocumentRead("exchange", "\"abc\"", List.of(), NOW, DocumentRead.Recognition.ADDRESS),
          new RefreshRequested(
              "exchange", RefreshRequested.Reason.CHALLENGE, null, null, "probe-service", NOW),
          new ProbeRequested(
              "p-1",
              "exchange",
              "sip:kenmyer@litwareinc.com",
              ProbeKind.ARCHIVING,
              false,
              ProbeTrigger.REHEARSAL,
              "admin",
              NOW),
          new ProbeCompleted(
              "p-1",
              "exchange",
              "sip:kenmyer@litwareinc.com",
              ProbeKind.UNIFIED_CONTACT_STORE,
              ProbeCompleted.Outcome.CANCELLED,
              NOW,
              0,
              List.of(),
              null,
              null,
              null,
              true,
              ProbeTrigger.REQUEST,
              "local"));

  private Examples() {}
}
