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
import dev.concordat.suite.FormFields;
import dev.concordat.suite.Installation;
import dev.concordat.suite.Part;
import dev.concordat.suite.Replicas;
import dev.concordat.suite.ServiceCluster;
import dev.concordat.suite.ServiceCluster.Replica;
import dev.concordat.suite.SuiteFailure;
import dev.concordat.suite.Training;
import dev.concordat.testing.kafka.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
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
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The token-service on one core, everything else on the other, each figure beside a reference of
 * the same run: what {@code openssl speed} signs, what the same Quarkus answers for a constant
 * body, and Keycloak doing client credentials.
 */
final class Tokens {

  private static final int CONNECTIONS = 32;

  /** Five times what may be under way at once, so that what is too much shows. */
  private static final int CROWD = 1280;

  /** How long those wait at most, in milliseconds, that are let in at twice the rate. */
  private static final double LET_IN = 100;

  private static final double WARM_UP = 20;

  /**
   * One core compiles while it serves: only after a minute and a half does signing get no faster.
   */
  private static final double FIRST_WARM_UP = 100;

  /** What comes in another way than before is compiled anew, on the core that serves. */
  private static final double CHANGE = 10;

  private static final double COUNTED = 6;

  /**
   * How often each is measured in turn with its reference; the middle counts. One round goes
   * before: with all of it in turn the compiler has more to do than with each by itself.
   */
  private static final int ROUNDS = 3;

  /** Tokens that were never seen: one half to warm up with, the other to be counted. */
  private static final int DISTINCT = 40_000;

  /** More than there are requests that the service remembers. */
  private static final int OTHER_USERS = 20_000;

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

    byte[][] users = otherUsers();
    byte[][] presented = presented(state);
    byte[] again = presented[0];
    try (var constants = new ConstantService(state, size, user)) {
      var load = new WireLoad(tokens.url(), CONNECTIONS, status -> status == 200);
      say("warming up …");
      load.atMost(FIRST_WARM_UP, _ -> actorAfresh);
      double allocatedBefore = allocated();
      long begin = System.nanoTime();
      load.atMost(WARM_UP, _ -> user);
      WireLoad.Run warm = load.atMost(COUNTED, _ -> user);
      double perToken =
          (allocated() - allocatedBefore) / (warm.perSecond() * (System.nanoTime() - begin) / 1e9);
      load.atMost(WARM_UP, _ -> again);
      tokens.hold();
      constants.warmUp();
      tokens.release();
      var rounds = new ArrayList<Round>();
      for (int round = 0; round <= ROUNDS; round++) {
        say("round %d of %d …".formatted(round, ROUNDS));
        OptionalDouble openssl = Machine.opensslSignatures();
        WireLoad.Run signing = load.atMost(COUNTED, _ -> actorAfresh);
        WireLoad.Run same = load.atMost(COUNTED, _ -> user);
        WireLoad.Run seen = load.atMost(COUNTED, _ -> again);
        tokens.hold();
        WireLoad.Run post = constants.post();
        WireLoad.Run get = constants.get();
        tokens.release();
        if (round > 0) {
          rounds.add(new Round(openssl, signing, same, seen, post, get));
        }
      }
      measured(rounds, size, pinned);
      report.less("allocated for a user token", perToken / 1024, "KB");
      double resident = Machine.residentMegabytes(tokens.pid());
      WireLoad.Run others =
          warmed(seconds -> load.atMost(seconds, number -> users[number % users.length]));
      int half = DISTINCT / 2;
      load.at((half - 1) / CHANGE, CHANGE, number -> presented[1 + number % (half - 1)]);
      WireLoad.Run fresh = load.atMost(2, number -> presented[half + number % half]);
      row("user tokens, another user each time", others);
      row("validation, not seen before", fresh);
      double signingRate = middle(rounds, round -> round.signing().perSecond());
      double userRate = middle(rounds, round -> round.users().perSecond());
      say("at half the rate …");
      WireLoad.Run halfUsers = warmed(seconds -> load.at(userRate / 2, seconds, _ -> user));
      WireLoad.Run halfSigning =
          warmed(seconds -> load.at(signingRate / 2, seconds, _ -> actorAfresh));
      say("at twice the rate …");
      var crowd = new WireLoad(tokens.url(), CROWD, status -> status == 200);
      WireLoad.Run twice =
          warmed(seconds -> crowd.crowd(2 * signingRate, seconds, _ -> actorAfresh));
      WireLoad.Run twiceUsers = warmed(seconds -> crowd.crowd(2 * userRate, seconds, _ -> user));
      report.atMost(5, "user tokens at half the rate, p99", halfUsers.p99(), "ms");
      report.atMost(5, "actor tokens at half the rate, p99", halfSigning.p99(), "ms");
      row("actor tokens at twice the rate", twice);
      row("user tokens at twice the rate", twiceUsers);
      report.atMost(LET_IN, "actor tokens let in at twice the rate, p99", twice.p99(), "ms");
      report.atMost(LET_IN, "user tokens let in at twice the rate, p99", twiceUsers.p99(), "ms");
      report.atLeast(
          0.8,
          "actor tokens at twice the rate to at most",
          twice.perSecond() / signingRate,
          Figure.RATIO);
      report.more(
          "user tokens at twice the rate to at most",
          twiceUsers.perSecond() / userRate,
          Figure.RATIO);
      report.atMost(256, "resident at full load", resident, "MB");
      say("starting again …");
      double[] starts = starts();
      report.atMost(2, "ready after the start", starts[0], "s");
      report.less("first token after the start", starts[1], "s");
      keycloak(state, signingRate, userRate, resident, starts[1]);
    }
  }

  /** A way of asking, for so many seconds. */
  private interface Way {
    WireLoad.Run during(double seconds) throws IOException;
  }

  private static WireLoad.Run warmed(Way way) throws IOException {
    way.during(CHANGE);
    return way.during(COUNTED);
  }

  /** What is measured in turn, so that whatever the machine does at the time does it to all. */
  private record Round(
      OptionalDouble openssl,
      WireLoad.Run signing,
      WireLoad.Run users,
      WireLoad.Run seen,
      WireLoad.Run constant,
      WireLoad.Run constantGet) {}

  private void measured(List<Round> rounds, int size, boolean pinned) {
    report.say(
        "%s, %d connections, answers of %d bytes, the middle of %d rounds"
            .formatted(
                pinned ? "the service alone on one core" : "NOT pinned",
                CONNECTIONS,
                size,
                rounds.size()));
    boolean openssl = rounds.stream().allMatch(round -> round.openssl().isPresent());
    if (openssl) {
      report.more(
          "openssl speed rsa2048", middle(rounds, round -> round.openssl().orElseThrow()), "/s");
    }
    row("actor tokens, each signed", middleRun(rounds, Round::signing));
    row("constant body, POST", middleRun(rounds, Round::constant));
    row("user tokens, actor cached", middleRun(rounds, Round::users));
    row("constant body, GET", middleRun(rounds, Round::constantGet));
    row("validation, seen before", middleRun(rounds, Round::seen));
    if (openssl) {
      report.atLeast(
          0.9,
          "signing to openssl",
          middle(rounds, round -> round.signing().perSecond() / round.openssl().orElseThrow()),
          Figure.RATIO);
    }
    report.atLeast(
        0.6,
        "user tokens to constant",
        middle(rounds, round -> round.users().perSecond() / round.constant().perSecond()),
        Figure.RATIO);
    report.atLeast(
        0.5,
        "validation to constant",
        middle(rounds, round -> round.seen().perSecond() / round.constantGet().perSecond()),
        Figure.RATIO);
  }

  private static double middle(List<Round> rounds, ToDoubleFunction<Round> of) {
    return Median.of(rounds.stream().mapToDouble(of).toArray()).median();
  }

  private static WireLoad.Run middleRun(List<Round> rounds, Function<Round, WireLoad.Run> of) {
    return rounds.stream()
        .map(of)
        .sorted(Comparator.comparingDouble(WireLoad.Run::perSecond))
        .toList()
        .get(rounds.size() / 2);
  }

  private void keycloak(
      Path state, double signing, double users, double resident, double firstToken)
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
      report.atLeast(6, "signed tokens to Keycloak's", signing / run.perSecond(), Figure.RATIO);
      report.atLeast(6, "user tokens to Keycloak's", users / run.perSecond(), Figure.RATIO);
      report.atMost(1.0 / 3, "memory to Keycloak's", resident / theirs, Figure.RATIO);
      report.atLeast(3, "first token sooner by", start / firstToken, Figure.RATIO);
    }
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

  /** The same Quarkus with a constant body, on the same core, held while it isn't measured. */
  private static final class ConstantService implements AutoCloseable {

    private final Process process;
    private final WireLoad load;
    private final byte[] post;
    private final byte[] get = WireLoad.get("/constant", "");

    /**
     * @param size of the body, in bytes
     * @param like a request whose body is sent
     */
    ConstantService(Path state, int size, byte[] like)
        throws IOException, SuiteFailure, InterruptedException {
      Path jar =
          Installation.find()
              .home()
              .resolve("testing/constant-service/target/quarkus-app/quarkus-run.jar");
      int port = FreePorts.one();
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
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(state.resolve("constant.log").toFile())
              .start();
      while (true) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
          break;
        } catch (IOException notYet) {
          if (!process.isAlive()) {
            throw new IllegalStateException("the constant service ended at once");
          }
          Thread.sleep(20);
        }
      }
      Machine.pin(process.pid(), Machine.MEASURED);
      String form = new String(like, StandardCharsets.US_ASCII);
      post = WireLoad.post("/constant", "", form.substring(form.indexOf("\r\n\r\n") + 4));
      load =
          new WireLoad(
              URI.create("http://127.0.0.1:" + port), CONNECTIONS, status -> status == 200);
      Machine.hold(process.pid());
    }

    void warmUp() throws IOException, InterruptedException {
      run(WARM_UP, post);
      run(WARM_UP, get);
    }

    WireLoad.Run post() throws IOException, InterruptedException {
      return run(COUNTED, post);
    }

    WireLoad.Run get() throws IOException, InterruptedException {
      return run(COUNTED, get);
    }

    private WireLoad.Run run(double seconds, byte[] request)
        throws IOException, InterruptedException {
      Machine.release(process.pid());
      try {
        return load.atMost(seconds, _ -> request);
      } finally {
        Machine.hold(process.pid());
      }
    }

    @Override
    public void close() {
      var _ = process.destroyForcibly().onExit().join();
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

  /** Requests for user tokens, each for another user. */
  private static byte[][] otherUsers() {
    byte[][] requests = new byte[OTHER_USERS][];
    for (int i = 0; i < OTHER_USERS; i++) {
      String address = "user-" + i + "@litwareinc.com";
      var user = new LinkedHashMap<>(user());
      user.put("subject_token", "sip:" + address);
      user.put("user_smtp", address);
      user.put("user_upn", address);
      requests[i] = tokenRequest("", user);
    }
    return requests;
  }

  private static String form(Map<String, String> more) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", "bench");
    form.put("client_secret", SECRET);
    form.put("audience", "exchange");
    form.put("resource", "https://atl-exchange-001.litwareinc.com/EWS/Exchange.asmx");
    form.putAll(more);
    return FormFields.encoded(form);
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
      report.say(
          "%s: %d answers were refusals, %d requests found no connection"
              .formatted(what, run.refused(), run.givenUp()));
    }
  }
}
