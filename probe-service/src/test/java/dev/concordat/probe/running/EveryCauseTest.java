package dev.concordat.probe.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeRequested;
import dev.concordat.contracts.events.ProbeTrigger;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.diagnosis.Cause;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.outbound.OutboundAnswer;
import dev.concordat.outbound.OutboundFailure;
import dev.concordat.outbound.OutboundRequest;
import dev.concordat.probe.SimulatorControl;
import dev.concordat.probe.TestKeys;
import dev.concordat.probe.TokenServer;
import dev.concordat.probe.progress.ProbesUnderWay;
import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.SimulatorSettings;
import dev.concordat.simulator.faults.Causes;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every cause of the catalogue is really brought about, and a probe recognises it: by the fault of
 * the simulated Exchange that stands for it, and where no partner can bring it about, in the one
 * place where it comes from. A cause that is new fails here until somebody can.
 */
class EveryCauseTest {

  private static final String PARTNER = "exchange";
  private static final String AS_REGISTERED = "00000002-0000-0ff1-ce00-000000000000@litwareinc.com";

  private static final TestKeys.Pair OUR_KEY = TestKeys.certificate();
  private static final KeyPair ANOTHER = TestKeys.rsa();

  @TempDir static Path folder;
  private static Simulator simulator;
  private static SimulatorControl exchange;
  private static TokenServer tokens;
  private static Vertx vertx;
  private static GuardedHttp straight;
  private static GuardedHttp byDeadProxy;

  // What is around the probe, before something is wrong with it.
  private GuardedHttp http = straight;
  private Map<String, PartnerRegistered> partners =
      Map.of(PARTNER, partner(true, exchange.metadataUrl()));
  private MetadataRefreshed reading;
  private List<SigningCertificate> keys;
  private URI tokenService = URI.create(tokens.url());
  private Path assertion = folder.resolve("assertion");
  private ProbeKind kind = ProbeKind.CONVERSATION_HISTORY;
  private String signingKey;
  private Duration timeLimit = Duration.ofSeconds(30);
  private Duration requestTime = Duration.ofSeconds(20);
  private boolean cancelled;

  @BeforeAll
  static void start() throws IOException {
    simulator = Simulator.start(SimulatorSettings.forTests());
    exchange = new SimulatorControl(simulator);
    tokens = new TokenServer();
    vertx = Vertx.vertx();
    Path authority = Files.writeString(folder.resolve("ca.pem"), simulator.caPem());
    Files.writeString(folder.resolve("assertion"), "header.claims.signature");
    // The simulator makes its wrong certificates in the first handshake that needs them.
    Duration handshake = Duration.ofSeconds(20);
    straight = new GuardedHttp(vertx, new LoopbackOutbound(authority, handshake, Optional.empty()));
    byDeadProxy =
        new GuardedHttp(
            vertx, new LoopbackOutbound(authority, handshake, Optional.of("http://127.0.0.1:1")));
  }

  @AfterAll
  static void stop() {
    straight.close();
    byDeadProxy.close();
    vertx.close();
    tokens.close();
    simulator.close();
  }

  @BeforeEach
  void all_is_well() {
    exchange.clearFaults();
    exchange.empty();
    tokens.refuse("");
    tokens.signWith(OUR_KEY);
    tokens.publish();
    exchange.acceptUs(tokens);
    keys = List.of(tokens.certificate());
    reading = read();
  }

  @Test
  void without_a_fault_nothing_is_diagnosed() {
    assertThat(probe().outcome()).isEqualTo(ProbeCompleted.Outcome.PASSED);
  }

  @ParameterizedTest
  @EnumSource
  void every_cause_is_brought_about_and_recognised(Cause cause) {
    if (Causes.all().get(cause.code()).has("fault")) {
      exchange.fault(Map.of("cause", cause.code()));
      prepare(cause);
    } else {
      bringAbout(cause);
    }

    ProbeCompleted result = probe();

    assertThat(result.diagnosis()).as(result.toString()).isNotNull();
    assertThat(result.diagnosis().code()).as(result.toString()).isEqualTo(cause.code());
    assertThat(result.diagnosis().summary()).startsWith(cause.meaning());
    assertThat(result.diagnosis().remedies()).isNotEmpty();
    exchange.clearFaults();
    assertThat(exchange.history()).hasSize(result.itemDeleted() ? 0 : 1);
  }

  @Test
  void the_simulator_knows_the_causes_of_the_catalogue_and_no_others() {
    assertThat(Causes.all().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Cause.values()).map(Cause::code).toList());
  }

  /** What the probe needs beside the partner's fault to meet it, or to meet it in a test's time. */
  private void prepare(Cause cause) {
    switch (cause) {
      case TIMED_OUT -> requestTime = Duration.ofMillis(300);
      case OUT_OF_TIME -> timeLimit = Duration.ofMillis(500);
      case ARCHIVE_MISSING -> kind = ProbeKind.ARCHIVING;
      // These faults are in the partner's document, which the metadata-service reads; without a
      // document, or with another identity, the token-service makes no token.
      case PARTNER_METADATA_UNREACHABLE, PARTNER_CERTIFICATE_MISSING -> {
        reading = read();
        assertThat(reading.document()).isNull();
        tokens.refuse("identity-unknown");
      }
      case PARTNER_METADATA_CONFLICT -> {
        reading = read();
        assertThat(reading.outcome()).isEqualTo(MetadataRefreshed.Outcome.CONFLICT);
        tokens.refuse("identity-conflict");
      }
      default -> {
        // The fault alone does it.
      }
    }
  }

  /** What no partner can do to us. */
  private void bringAbout(Cause cause) {
    switch (cause) {
      case PARTNER_UNKNOWN -> partners = Map.of();
      case PARTNER_DISABLED -> partners = Map.of(PARTNER, partner(false, exchange.metadataUrl()));
      case CLIENT_ASSERTION_UNREADABLE -> assertion = folder.resolve("missing");
      case TOKEN_SERVICE_UNREACHABLE -> tokenService = URI.create("http://127.0.0.1:1");
      // The token-service's own words for what it refuses.
      case TOKEN_SERVICE_NOT_READY -> tokens.refuse("not-ready");
      case TOKEN_CLIENT_REFUSED -> tokens.refuse("invalid-client");
      case TOKEN_NOT_ALLOWED -> tokens.refuse("not-allowed");
      case TOKEN_TRUST_LEVEL -> tokens.refuse("trust-level");
      case TOKEN_REFUSED -> tokens.refuse("user-unknown");
      case SIGNING_KEY_UNKNOWN -> {
        signingKey = "a-key-of-the-past";
        tokens.refuse("unknown-signing-key");
      }
      // From here on the partner itself refuses what is wrong with our tokens.
      case SIGNING_KEY_UNPUBLISHED -> tokens.signWith(anotherKey());
      case SIGNING_CERTIFICATE_EXPIRED -> signWith(Duration.ofDays(-2), Duration.ofDays(-1));
      case SIGNING_CERTIFICATE_NOT_YET_VALID -> signWith(Duration.ofDays(1), Duration.ofDays(2));
      case OUR_SIGNATURE_BROKEN ->
          tokens.signWith(new TestKeys.Pair(ANOTHER.getPrivate(), OUR_KEY.certificate()));
      case OUR_METADATA_STALE -> {
        tokens.signWith(anotherKey());
        keys = List.of(tokens.certificate());
      }
      case OUR_METADATA_UNREACHABLE -> {
        tokens.signWith(anotherKey());
        keys = List.of(tokens.certificate());
        tokens.publish("<html><title>Sign in</title></html>".getBytes(StandardCharsets.UTF_8));
      }
      case OUR_IDENTITY_DIFFERS -> {
        // Exchange knows whom our document names, and not whom our tokens name.
        PrincipalName other =
            PrincipalName.parse(TokenServer.US.applicationIdentifier() + "@x.example");
        tokens.publish(tokens.document(other));
        exchange.accept(tokens.document(other));
      }
      case PARTNER_METADATA_STALE -> {
        exchange.fault(Map.of("path", "/autodiscover/metadata", "documentRealm", "new.example"));
        exchange.fault(Map.of("path", "/EWS", "diagnosticsCode", 2000003));
      }
      case PROXY_FAILED -> {
        http = byDeadProxy;
        // What is on this machine is never asked for by a proxy.
        partners = Map.of(PARTNER, partner(true, "https://exchange.invalid/autodiscover/metadata"));
      }
      case CANCELLED -> cancelled = true;
      default -> throw new AssertionError("nobody brings about " + cause);
    }
  }

  private void signWith(Duration notBefore, Duration notAfter) {
    Instant now = Instant.now();
    tokens.signWith(TestKeys.certificate(ANOTHER, now.plus(notBefore), now.plus(notAfter)));
    keys = List.of(tokens.certificate());
  }

  private static TestKeys.Pair anotherKey() {
    Instant now = Instant.now();
    return TestKeys.certificate(
        ANOTHER, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(30)));
  }

  /** Reads the partner's document as the metadata-service does. */
  private MetadataRefreshed read() {
    OutboundAnswer answer;
    try {
      answer = straight.send(OutboundRequest.get(URI.create(exchange.metadataUrl())));
    } catch (OutboundFailure e) {
      throw new AssertionError(e);
    }
    if (answer.status() != 200) {
      return reading(MetadataRefreshed.Outcome.UNREACHABLE, null, "http-status");
    }
    return switch (AuthMetadataReader.read(answer.body())) {
      case Reading.Refused(String problem, _, _) ->
          reading(MetadataRefreshed.Outcome.INVALID, null, problem);
      case Reading.Accepted(AuthMetadataDocument document, _) ->
          document.issuer().equals(AS_REGISTERED)
              ? reading(MetadataRefreshed.Outcome.UNCHANGED, document, null)
              : reading(MetadataRefreshed.Outcome.CONFLICT, null, "identity");
    };
  }

  private static MetadataRefreshed reading(
      MetadataRefreshed.Outcome outcome, AuthMetadataDocument document, String problem) {
    return new MetadataRefreshed(
        PARTNER,
        outcome,
        document,
        Instant.now(),
        null,
        null,
        List.of(),
        List.of(),
        problem == null
            ? null
            : new Problem("about:blank", "No document", 502, problem, Map.of("reason", problem)));
  }

  private static PartnerRegistered partner(boolean enabled, String metadataUrl) {
    return new PartnerRegistered(
        PARTNER,
        PartnerKind.EXCHANGE,
        null,
        null,
        TrustLevel.FULL,
        enabled,
        new Trust.ByMetadata(metadataUrl, null, null),
        List.of(),
        null,
        null,
        null,
        1,
        Instant.EPOCH,
        "a test");
  }

  private ProbeCompleted probe() {
    var request =
        new ProbeRequested(
            UUID.randomUUID().toString(),
            PARTNER,
            "sip:" + SimulatorControl.KEN,
            kind,
            true,
            signingKey == null ? ProbeTrigger.SCHEDULE : ProbeTrigger.REHEARSAL,
            "a test",
            Instant.now(),
            signingKey);
    var published = new HashMap<String, SigningKeyPublished>();
    for (SigningCertificate key : keys) {
      published.put(
          key.x5t(),
          new SigningKeyPublished(
              key.x5t(), key.base64(), SigningKeyPublished.Phase.CURRENT, Instant.now(), null));
    }
    InstantSource clock = InstantSource.system();
    var context =
        new RunContext(
            new Targets(
                new FixedView<>(Topic.PARTNERS, partners),
                new FixedView<>(Topic.METADATA, Map.of(PARTNER, reading)),
                new FixedView<>(Topic.SIGNING_KEYS, published)),
            http,
            new TokenClient(straight, tokenService, assertion),
            settings(),
            new AutodiscoverMemory(Duration.ZERO, clock),
            new Throttles(8, clock),
            new ProofDocuments(clock),
            (_, _, _) -> {},
            clock);
    if (cancelled) {
      Thread.currentThread().interrupt();
    }
    try {
      return new ProbeRun(request, context, new ProbesUnderWay().watch(request)).run();
    } finally {
      assertThat(Thread.interrupted()).isEqualTo(cancelled);
    }
  }

  private RunSettings settings() {
    return new RunSettings(
        TokenServer.US,
        URI.create(tokens.url() + "/metadata/json/1"),
        tokenService,
        timeLimit,
        requestTime,
        1024 * 1024,
        true,
        // Whoever has no folder is to be told, here.
        false,
        List.of("Conversation History"),
        List.of(),
        Map.of(),
        ServiceRecords.none(),
        Duration.ofMinutes(15),
        "a test");
  }
}
