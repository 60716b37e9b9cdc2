package dev.concordat.benchmarks;

import dev.concordat.benchmarks.report.Figure;
import dev.concordat.benchmarks.report.Report;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.contracts.tokens.UserTokenClaims;
import dev.concordat.suite.Installation;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import dev.concordat.suite.Training;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The token-service on one core, everything else on the other, each figure beside a reference of
 * the same run: what {@code openssl speed} signs, what the same Quarkus answers for a constant
 * body, and Keycloak doing client credentials.
 */
final class Tokens {

  private static final int CONNECTIONS = 32;

  /** More than may be under way at once, so that what is too much shows. */
  private static final int CROWD = 640;

  /** How long those wait that are let in at twice the rate: 256 signatures, and a bit. */
  private static final double LET_IN = 100;

  private static final double WARM_UP = 20;

  /** One core compiles while it serves: only after a minute does signing get no faster. */
  private static final double FIRST_WARM_UP = 70;

  private static final double COUNTED = 6;
  private static final int DISTINCT = 20_000;
  private static final String SECRET = "for-this-benchmark-only";
  private static final String US = "localhost";
  private static final List<String> JAVA =
      List.of(
          "-XX:ActiveProcessorCount=1",
          "-XX:+UseSerialGC",
          "-Xms64m",
          "-Xmx96m",
          "-XX:MaxMetaspaceSize=128m");

  private final ServiceCluster cluster;
  private final Replica tokens;
  private final Report report;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Tokens(ServiceCluster cluster, Report report) {
    this.report = report;
    this.cluster = cluster;
    this.tokens = cluster.replicas(Part.TOKEN_SERVICE).getFirst();
  }

  static void run(Report report) throws IOException, SuiteFailure, InterruptedException {
    Path state = Files.createTempDirectory("concordat-bench");
    try (ServiceCluster cluster =
        ServiceCluster.start(
            state,
            1,
            Replicas.of(Part.TRUST_REGISTRY, 1, List.of("-XX:+UseSerialGC", "-Xmx96m")),
            Replicas.of(
                Part.TOKEN_SERVICE, 1, Training.flags(Part.TOKEN_SERVICE, JAVA, Tokens::say)))) {
      report.say("the token-service starts from an AOT cache, as it does from its image");
      new Tokens(cluster, report).measure(state);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      try (var tree = Files.walk(state)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private void measure(Path state)
      throws IOException, SuiteFailure, InterruptedException, GeneralSecurityException {
    register(state);
    cluster.replicas(Part.TRUST_REGISTRY).getFirst().kill();
    boolean pinned = pin();
    byte[] actorAfresh = tokenRequest("Cache-Control: no-cache\r\n", Map.of());
    byte[] user = tokenRequest("", user());
    int size = answerSize(user());

    say("signing …");
    OptionalDouble openssl = Machine.opensslSignatures();
    var load = new WireLoad(tokens.url(), CONNECTIONS, status -> status == 200);
    load.atMost(FIRST_WARM_UP, _ -> actorAfresh);
    WireLoad.Run signing = load.atMost(COUNTED, _ -> actorAfresh);
    say("user tokens …");
    double allocatedBefore = allocated();
    long begin = System.nanoTime();
    WireLoad.Run users = warm(load, _ -> user);
    double perToken =
        (allocated() - allocatedBefore) / (users.perSecond() * (System.nanoTime() - begin) / 1e9);
    double resident = Machine.residentMegabytes(tokens.pid());
    say("at half the rate …");
    WireLoad.Run half = load.at(users.perSecond() / 2, COUNTED, _ -> user);
    WireLoad.Run halfSigning = load.at(signing.perSecond() / 2, COUNTED, _ -> actorAfresh);
    say("at twice the rate …");
    var crowd = new WireLoad(tokens.url(), CROWD, status -> status == 200);
    WireLoad.Run twice = crowd.at(2 * signing.perSecond(), COUNTED, _ -> actorAfresh);
    WireLoad.Run twiceUsers = crowd.at(2 * users.perSecond(), COUNTED, _ -> user);
    say("validation …");
    byte[][] presented = presented(state);
    byte[] again = presented[0];
    WireLoad.Run remembered = warm(load, _ -> again);
    WireLoad.Run fresh = load.atMost(2, number -> presented[1 + number % (DISTINCT - 1)]);
    say("the constant body …");
    Constants constants = constants(state, size, user);
    WireLoad.Run constant = constants.post();
    WireLoad.Run constantGet = constants.get();
    say("starting again …");
    double[] starts = starts();

    report.say(
        "%s, %d connections, answers of %d bytes"
            .formatted(pinned ? "the service alone on one core" : "NOT pinned", CONNECTIONS, size));
    openssl.ifPresent(rate -> report.more("openssl speed rsa2048", rate, "/s"));
    row("actor tokens, each signed", signing);
    row("constant body, POST", constant);
    row("user tokens, actor cached", users);
    row("constant body, GET", constantGet);
    row("validation, seen before", remembered);
    row("validation, not seen before", fresh);
    report.less("allocated for a user token", perToken / 1024, "KB");
    openssl.ifPresent(
        rate ->
            report.atLeast(0.9, "signing to openssl", signing.perSecond() / rate, Figure.RATIO));
    report.atLeast(
        0.6, "user tokens to constant", users.perSecond() / constant.perSecond(), Figure.RATIO);
    report.atLeast(
        0.5,
        "validation to constant",
        remembered.perSecond() / constantGet.perSecond(),
        Figure.RATIO);
    report.atMost(5, "user tokens at half the rate, p99", half.p99(), "ms");
    report.atMost(5, "actor tokens at half the rate, p99", halfSigning.p99(), "ms");
    row("actor tokens at twice the rate", twice);
    row("user tokens at twice the rate", twiceUsers);
    report.atMost(LET_IN, "actor tokens let in at twice the rate, p99", twice.p99(), "ms");
    report.atMost(LET_IN, "user tokens let in at twice the rate, p99", twiceUsers.p99(), "ms");
    report.atLeast(
        0.8,
        "actor tokens at twice the rate to at most",
        twice.perSecond() / signing.perSecond(),
        Figure.RATIO);
    report.atMost(256, "resident at full load", resident, "MB");
    report.atMost(2, "ready after the start", starts[0], "s");
    report.less("first token after the start", starts[1], "s");
    keycloak(state, signing, users, resident, starts[1]);
  }

  private record Constants(WireLoad.Run post, WireLoad.Run get) {}

  private void keycloak(
      Path state, WireLoad.Run signing, WireLoad.Run users, double resident, double firstToken)
      throws IOException, SuiteFailure, InterruptedException {
    Optional<Path> home = Keycloak.distribution(Installation.find().home());
    if (home.isEmpty()) {
      report.say(
          "SKIPPED Keycloak: it is not unpacked; ./mvnw -pl testing/benchmarks -Pkeycloak"
              + " process-resources does it");
      return;
    }
    say("Keycloak …");
    try (Keycloak keycloak = Keycloak.start(home.get(), state.resolve("keycloak.log"))) {
      double start = keycloak.secondsToFirstToken();
      Machine.pin(keycloak.pid(), Machine.MEASURED);
      byte[] request = keycloak.request();
      var load = new WireLoad(keycloak.url(), CONNECTIONS, status -> status == 200);
      load.atMost(FIRST_WARM_UP, _ -> request);
      WireLoad.Run run = load.atMost(COUNTED, _ -> request);
      double theirs = Machine.residentMegabytes(keycloak.pid());
      row("Keycloak, client credentials", run);
      report.less("Keycloak, resident", theirs, "MB");
      report.less("Keycloak, first token after the start", start, "s");
      report.atLeast(
          6, "signed tokens to Keycloak's", signing.perSecond() / run.perSecond(), Figure.RATIO);
      report.atLeast(
          6, "user tokens to Keycloak's", users.perSecond() / run.perSecond(), Figure.RATIO);
      report.atMost(1.0 / 3, "memory to Keycloak's", resident / theirs, Figure.RATIO);
      report.atLeast(3, "first token sooner by", start / firstToken, Figure.RATIO);
    }
  }

  private static WireLoad.Run warm(WireLoad load, IntFunction<byte[]> requests) throws IOException {
    load.atMost(WARM_UP, requests);
    return load.atMost(COUNTED, requests);
  }

  private boolean pin() throws InterruptedException {
    boolean rest = Machine.pin(ProcessHandle.current().pid(), Machine.REST);
    for (var broker : cluster.brokers()) {
      rest &= Machine.pin(broker.pid(), Machine.REST);
    }
    return Machine.pin(tokens.pid(), Machine.MEASURED) && rest;
  }

  private double allocated() throws InterruptedException {
    return tokens.metric("jvm_gc_memory_allocated_bytes_total").orElse(Double.NaN);
  }

  /** Seconds from the start of the process until it is ready, and until its first token. */
  private double[] starts() throws SuiteFailure, InterruptedException {
    double[] ready = new double[3];
    double[] first = new double[3];
    for (int i = 0; i < ready.length; i++) {
      tokens.kill();
      long begin = System.nanoTime();
      tokens.start();
      while (!tokens.isReady()) {
        Thread.sleep(5);
      }
      ready[i] = (System.nanoTime() - begin) / 1e9;
      while (send(user()).statusCode() != 200) {
        Thread.sleep(5);
      }
      first[i] = (System.nanoTime() - begin) / 1e9;
    }
    return new double[] {Median.of(ready).median(), Median.of(first).median()};
  }

  private Constants constants(Path state, int size, byte[] like)
      throws IOException, SuiteFailure, InterruptedException {
    Path jar =
        Installation.find()
            .home()
            .resolve("testing/constant-service/target/quarkus-app/quarkus-run.jar");
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA);
    command.addAll(
        List.of(
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + port,
            "-Dconstant.size=" + size,
            "-jar",
            jar.toString()));
    tokens.hold();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(state.resolve("constant.log").toFile())
            .start();
    try {
      URI url = URI.create("http://127.0.0.1:" + port);
      while (true) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
          break;
        } catch (IOException notYet) {
          Thread.sleep(20);
        }
      }
      Machine.pin(process.pid(), Machine.MEASURED);
      String form = new String(like, StandardCharsets.US_ASCII);
      byte[] post = WireLoad.post("/constant", "", form.substring(form.indexOf("\r\n\r\n") + 4));
      byte[] get = WireLoad.get("/constant", "");
      var load = new WireLoad(url, CONNECTIONS, status -> status == 200);
      return new Constants(warm(load, _ -> post), warm(load, _ -> get));
    } finally {
      process.destroyForcibly().waitFor();
      tokens.release();
    }
  }

  private void register(Path state)
      throws IOException, SuiteFailure, InterruptedException, GeneralSecurityException {
    String certificate = server(state).pem();
    put(
        "exchange",
        Map.of(
            "kind", "exchange",
            "applicationIdentifier", "00000002-0000-0ff1-ce00-000000000000",
            "realm", "litwareinc.com",
            "trust", Map.of("certificates", List.of(certificate))));
    put(
        "skype",
        Map.of(
            "kind", "skype",
            "applicationIdentifier", "00000004-0000-0ff1-ce00-000000000000",
            "realm", "litwareinc.com",
            "trust", Map.of("certificates", List.of(certificate))));
    put(
        "bench",
        Map.of(
            "kind", "generic",
            "clientAuth", Map.of("secretHash", hash()),
            "mayRequest", List.of(Map.of("partner", "*", "as", Map.of("anyone", true)))));
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (send(user()).statusCode() != 200) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no token: " + send(user()).body());
      }
      Thread.sleep(50);
    }
  }

  /** The first certificate of the chain, whose key lies beside it. */
  private static SigningCertificate server(Path state)
      throws IOException, GeneralSecurityException {
    try (InputStream chain = Files.newInputStream(tls(state, "crt"))) {
      return SigningCertificate.ofDer(
          CertificateFactory.getInstance("X.509").generateCertificate(chain).getEncoded());
    }
  }

  private static Path tls(Path state, String kind) {
    return state.resolve("tls/server." + kind);
  }

  private void put(String name, Map<String, Object> partner)
      throws IOException, SuiteFailure, InterruptedException {
    URI registry = cluster.replicas(Part.TRUST_REGISTRY).getFirst().url();
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(registry.resolve("/v1/partners/" + name))
                .header("Authorization", "Bearer " + cluster.adminToken())
                .header("Content-Type", "application/json")
                .PUT(
                    HttpRequest.BodyPublishers.ofByteArray(
                        Json.mapper().writeValueAsBytes(partner)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 201) {
      throw new IllegalStateException("not registered: " + answer.body());
    }
  }

  private static Map<String, String> user() {
    return Map.of(
        "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token_type", "urn:concordat:params:oauth:token-type:sip-address",
        "subject_token", "sip:kenmyer@litwareinc.com",
        "user_smtp", "kenmyer@litwareinc.com",
        "user_upn", "kenmyer@litwareinc.com");
  }

  private static String form(Map<String, String> more) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", "bench");
    form.put("client_secret", SECRET);
    form.put("audience", "exchange");
    form.put("resource", "https://atl-exchange-001.litwareinc.com/EWS/Exchange.asmx");
    form.putAll(more);
    return WireLoad.form(form);
  }

  private static byte[] tokenRequest(String headers, Map<String, String> more) {
    return WireLoad.post("/oauth2/token", headers, form(more));
  }

  private HttpResponse<String> send(Map<String, String> more) throws InterruptedException {
    try {
      return http.send(
          HttpRequest.newBuilder(tokens.url().resolve("/oauth2/token"))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(form(more)))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int answerSize(Map<String, String> more) throws InterruptedException {
    return send(more).body().length();
  }

  /** Requests of an ingress with user tokens of a partner, each for another user. */
  private static byte[][] presented(Path state) throws IOException, GeneralSecurityException {
    String pem = Files.readString(tls(state, "key"));
    PrivateKey key =
        KeyFactory.getInstance("RSA")
            .generatePrivate(
                new PKCS8EncodedKeySpec(
                    Base64.getMimeDecoder()
                        .decode(pem.replaceAll("-----[A-Z ]+-----", "").strip())));
    Instant now = Instant.now();
    var claims =
        ActorTokenClaims.selfIssued(
            AudienceName.parse(
                "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001/%s@litwareinc.com".formatted(US)),
            PrincipalName.parse("00000004-0000-0ff1-ce00-000000000000@litwareinc.com"),
            now.minusSeconds(60),
            now.plusSeconds(3600));
    String input = claims.signingInput(server(state).x5t());
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    String actor =
        input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    byte[][] requests = new byte[DISTINCT][];
    for (int i = 0; i < DISTINCT; i++) {
      String user = "user-" + i + "@litwareinc.com";
      String token =
          UserTokenClaims.around(claims, new UserClaims(user, null, null, user, user), actor)
              .token();
      requests[i] =
          WireLoad.get(
              "/authorize",
              "X-Forwarded-Host: %s\r\nAuthorization: Bearer %s\r\n".formatted(US, token));
    }
    return requests;
  }

  private static String hash() throws GeneralSecurityException {
    byte[] salt = "sixteen bytes ok".getBytes(StandardCharsets.US_ASCII);
    byte[] hash =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(new PBEKeySpec(SECRET.toCharArray(), salt, 210_000, 256))
            .getEncoded();
    var base64 = Base64.getUrlEncoder().withoutPadding();
    return "pbkdf2-sha256:210000:%s:%s"
        .formatted(base64.encodeToString(salt), base64.encodeToString(hash));
  }

  @SuppressWarnings("SystemOut") // progress
  private static void say(String what) {
    System.err.println(what);
  }

  private void row(String what, WireLoad.Run run) {
    report.rate(what, run.perSecond(), run.p50(), run.p99());
    if (run.refused() > 0) {
      report.say("%s: %d answers were refusals".formatted(what, run.refused()));
    }
  }
}
