package dev.concordat.benchmarks;

import com.sun.net.httpserver.HttpServer;
import dev.concordat.benchmarks.report.Figure;
import dev.concordat.benchmarks.report.Report;
import dev.concordat.contracts.Json;
import dev.concordat.suite.Installation;
import dev.concordat.suite.SuiteFailure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The simulated Exchange: how soon it answers, how many GetItem one core answers, FindItem's first
 * page in a mailbox of 100 and of 100,000 items, and its memory with 10,000 mailboxes.
 *
 * <p>The reference of starting and of GetItem is a bare HTTPS server of the same library, that
 * answers the same bytes to everything and checks nothing; FindItem's is the small mailbox,
 * memory's the empty process.
 */
final class SimulatedExchange {

  private static final String HOST = "atl-exchange-001.litwareinc.com";
  private static final String ISSUER = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com";
  private static final String KEN = "kenmyer@litwareinc.com";
  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx96m",
          "-XX:+UseCompactObjectHeaders",
          "-XX:TrimNativeHeapInterval=1000",
          "-Dio.netty.allocator.numDirectArenas=1");
  private static final int CLIENTS = 16;
  private static final int ITEMS = 100_000;
  private static final int FEW = 100;
  private static final int MAILBOXES = 10_000;
  private static final int STARTS = 5;
  private static final Pattern ID = Pattern.compile("<t:ItemId Id=\"([^\"]+)\"");
  private static final Pattern PORTS =
      Pattern.compile("https://[^:]+:(\\d+).*127\\.0\\.0\\.1:(\\d+)");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final SelfSignedCertificate signing = SelfSignedCertificate.create("signing");

  private final Report report;

  private SimulatedExchange(Report report) {
    this.report = report;
  }

  @SuppressWarnings("SystemOut") // progress
  static void run(Report report) throws Exception {
    var bench = new SimulatedExchange(report);
    try {
      report.say("%d clients, JVM %s".formatted(CLIENTS, String.join(" ", JVM)));
      bench.starts();
      bench.getItem();
      bench.findItem();
      bench.memory();
    } finally {
      bench.signing.delete();
    }
  }

  /** A program that runs, and says where. */
  private record Running(Process process, int port, int administration) implements AutoCloseable {
    @Override
    public void close() {
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }

    Duration cpu() {
      return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Its resident memory in MB, as Linux tells it. */
    double resident() throws IOException {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          / 1024.0;
    }
  }

  private Running exchange() throws IOException, SuiteFailure {
    return start(
        Installation.find().simulatorClassPath(),
        "dev.concordat.simulator.Simulator",
        "--port",
        "0",
        "--admin-port",
        "0",
        "--mailbox",
        KEN);
  }

  private Running bare() throws IOException {
    return start(System.getProperty("java.class.path"), BareServer.class.getName());
  }

  /** Starts a program, and returns when it says that it answers. */
  private static Running start(String classPath, String main, String... arguments)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(JVM);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var said = process.inputReader(StandardCharsets.UTF_8);
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      var ports = PORTS.matcher(line);
      if (ports.find()) {
        return new Running(
            process, Integer.parseInt(ports.group(1)), Integer.parseInt(ports.group(2)));
      }
    }
    throw new IllegalStateException(main + " did not start");
  }

  @SuppressWarnings("SystemOut") // progress
  private void starts() throws IOException, SuiteFailure {
    double[] ours = new double[STARTS];
    double[] bare = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      long begin = System.nanoTime();
      try (var _ = exchange()) {
        ours[i] = (System.nanoTime() - begin) / 1e6;
      }
      begin = System.nanoTime();
      try (var _ = bare()) {
        bare[i] = (System.nanoTime() - begin) / 1e6;
      }
    }
    report.atMost(2_500, "start, median", Median.of(ours).median(), "ms");
    report.less("start of a bare HTTPS server, median", Median.of(bare).median(), "ms");
    report.less(
        "start to the bare server's",
        Median.of(ours).median() / Median.of(bare).median(),
        Figure.RATIO);
  }

  @SuppressWarnings("SystemOut") // progress
  private void getItem() throws Exception {
    try (Running exchange = exchange();
        Running bare = bare()) {
      introduce(exchange);
      String id = create(exchange, KEN, 1).getFirst();
      String request =
          "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id=\"%s\"/></m:ItemIds></m:GetItem>"
              .formatted(id);
      double ours = perCpuSecond(exchange, request, 20_000);
      double reference = perCpuSecond(bare, request, 40_000);
      report.atLeast(2_000, "GetItem, each core that it uses", ours, "/s");
      report.more("the bare server, each core", reference, "/s");
      report.less("CPU of a GetItem to the bare server's", reference / ours, Figure.RATIO);
    }
  }

  /** Requests that a program answers in a second of one core's time, once it is warm. */
  private double perCpuSecond(Running program, String request, int count) throws Exception {
    try (ClosedLoop load = load(program, CLIENTS, KEN)) {
      load.run(0, count, _ -> ews(request), status -> status == 200);
      Duration before = program.cpu();
      load.run(0, count, _ -> ews(request), status -> status == 200);
      return count / (program.cpu().minus(before).toNanos() / 1e9);
    }
  }

  @SuppressWarnings("SystemOut") // progress
  private void findItem() throws Exception {
    String small = "small@litwareinc.com";
    String large = "large@litwareinc.com";
    try (Running exchange = exchange()) {
      introduce(exchange);
      mailbox(exchange, small);
      mailbox(exchange, large);
      create(exchange, small, FEW);
      System.err.println("filling a mailbox with 100,000 items …");
      for (int made = 0; made < ITEMS; made += 500) {
        create(exchange, large, 500);
      }
      for (String[] one :
          new String[][] {
            {"first page", ""},
            {
              "first page by subject",
              "<m:SortOrder><t:FieldOrder Order=\"Ascending\"><t:FieldURI FieldURI=\"item:Subject\"/></t:FieldOrder></m:SortOrder>"
            },
            {
              "first page of a restriction",
              "<m:Restriction><t:IsNotEqualTo><t:FieldURI FieldURI=\"item:Subject\"/><t:FieldURIOrConstant><t:Constant Value=\"Conversation 7\"/></t:FieldURIOrConstant></t:IsNotEqualTo></m:Restriction>"
            }
          }) {
        String request =
            "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:IndexedPageItemView MaxEntriesReturned=\"50\" Offset=\"0\" BasePoint=\"Beginning\"/>%s<m:ParentFolderIds><t:DistinguishedFolderId Id=\"inbox\"/></m:ParentFolderIds></m:FindItem>"
                .formatted(one[1]);
        double first = once(exchange, large, request);
        double few = median(exchange, small, request);
        double many = median(exchange, large, request);
        String name = "FindItem, " + one[0];
        report.less(name + ", 100 items", few, "ms");
        report.less(name + ", 100,000 items", many, "ms");
        report.less(name + ", the very first time", first, "ms");
        report.atMost(2, name + ", 100,000 items to 100", many / few, Figure.RATIO);
      }
      report.less("resident with 100,000 items", exchange.resident(), "MB");
    }
  }

  private double once(Running exchange, String user, String request) throws Exception {
    try (ClosedLoop load = load(exchange, 1, user)) {
      return load.run(0, 1, _ -> ews(request), status -> status == 200).quantile(0.5);
    }
  }

  private double median(Running exchange, String user, String request) throws Exception {
    try (ClosedLoop load = load(exchange, 1, user)) {
      load.run(0, 500, _ -> ews(request), status -> status == 200);
      return load.run(0, 1000, _ -> ews(request), status -> status == 200).quantile(0.5);
    }
  }

  @SuppressWarnings("SystemOut") // progress
  private void memory() throws Exception {
    try (Running exchange = exchange()) {
      introduce(exchange);
      create(exchange, KEN, 1);
      double empty = exchange.resident();
      System.err.println("filling 10,000 mailboxes …");
      try (ClosedLoop load =
          new ClosedLoop(
              URI.create("http://127.0.0.1:" + exchange.administration()),
              CLIENTS,
              Map.of("Content-Type", "application/json"))) {
        load.run(
            0,
            MAILBOXES,
            number ->
                new ClosedLoop.Request(
                    HttpMethod.POST,
                    "/simulator/mailboxes",
                    Buffer.buffer("{\"address\":\"user-%d@litwareinc.com\"}".formatted(number))),
            status -> status == 201);
      }
      String token = applicationToken(exchange);
      String body = items(10);
      try (ClosedLoop load = load(exchange, CLIENTS, Map.of("Authorization", "Bearer " + token))) {
        load.run(
            0,
            MAILBOXES,
            number ->
                new ClosedLoop.Request(
                    HttpMethod.POST,
                    "/EWS/Exchange.asmx",
                    Buffer.buffer(
                        envelope(
                            "<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>user-%d@litwareinc.com</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>"
                                .formatted(number),
                            body))),
            status -> status == 200);
      }
      report.less("resident with one mailbox", empty, "MB");
      report.atMost(256, "resident, 10,000 mailboxes of 10 items", exchange.resident(), "MB");
    }
  }

  // What the bench asks the simulator for.

  private ClosedLoop load(Running program, int clients, String user) throws Exception {
    return load(program, clients, Map.of("Authorization", "Bearer " + userToken(program, user)));
  }

  private static ClosedLoop load(Running program, int clients, Map<String, String> headers) {
    var all = new java.util.HashMap<>(headers);
    all.put("Host", HOST + ":" + program.port());
    all.put("Content-Type", "text/xml; charset=utf-8");
    return new ClosedLoop(URI.create("https://127.0.0.1:" + program.port()), clients, all);
  }

  private static ClosedLoop.Request ews(String operation) {
    return new ClosedLoop.Request(
        HttpMethod.POST, "/EWS/Exchange.asmx", Buffer.buffer(envelope("", operation)));
  }

  private static String envelope(String header, String operation) {
    return """
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
        xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" \
        xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header>\
        <t:RequestServerVersion Version="Exchange2013"/>%s</s:Header><s:Body>%s</s:Body>\
        </s:Envelope>"""
        .formatted(header, operation);
  }

  private static String items(int count) {
    var items =
        new StringBuilder(
            "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:SavedItemFolderId><t:DistinguishedFolderId Id=\"inbox\"/></m:SavedItemFolderId><m:Items>");
    for (int i = 0; i < count; i++) {
      items.append(
          "<t:Message><t:ItemClass>IPM.Note.Microsoft.Conversation</t:ItemClass><t:Subject>Conversation %d</t:Subject><t:Body BodyType=\"Text\">%s</t:Body><t:IsRead>true</t:IsRead></t:Message>"
              .formatted(i, "What was said, and by whom. ".repeat(4)));
    }
    return items.append("</m:Items></m:CreateItem>").toString();
  }

  private List<String> create(Running exchange, String user, int count) throws Exception {
    List<String> ids = new ArrayList<>();
    try (ClosedLoop load = load(exchange, 1, user)) {
      String answer = load.once(ews(items(count))).toString();
      var found = ID.matcher(answer);
      while (found.find()) {
        ids.add(found.group(1));
      }
      if (ids.size() != count) {
        throw new IllegalStateException("items were not made: " + answer);
      }
    }
    return ids;
  }

  private void mailbox(Running exchange, String address) throws Exception {
    administer(exchange, "/simulator/mailboxes", Map.of("address", address));
  }

  /** Has the simulator read our document, from a server that is there for that moment. */
  private void introduce(Running exchange) throws Exception {
    X509Certificate certificate = certificate();
    byte[] document =
        """
        {"issuer":"%s","keys":[{"usage":"signing","keyvalue":{"type":"x509Certificate","value":"%s"}}]}"""
            .formatted(ISSUER, Base64.getEncoder().encodeToString(certificate.getEncoded()))
            .getBytes(StandardCharsets.UTF_8);
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        call -> {
          call.sendResponseHeaders(200, document.length);
          call.getResponseBody().write(document);
          call.close();
        });
    server.start();
    try {
      administer(
          exchange,
          "/simulator/partner-applications",
          Map.of(
              "authMetadataUrl",
              "http://127.0.0.1:" + server.getAddress().getPort() + "/",
              "applicationType",
              "Lync"));
    } finally {
      server.stop(0);
    }
  }

  private void administer(Running exchange, String path, Map<String, String> what)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + exchange.administration() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(what)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 201) {
      throw new IllegalStateException(path + " was answered " + answer.body());
    }
  }

  // Tokens of trust.md 3 and 4, by hand: the bench is a partner application like any other.

  private String userToken(Running program, String user) throws Exception {
    String audience = audience(program);
    Map<String, String> claims =
        Map.of(
            "aud",
            audience,
            "iss",
            ISSUER,
            "nbf",
            time(-60),
            "exp",
            time(28_000),
            "smtp",
            user,
            "actortoken",
            applicationToken(program));
    return part(Map.of("typ", "JWT", "alg", "none")) + "." + part(claims) + ".";
  }

  private String applicationToken(Running program) throws Exception {
    byte[] thumbprint = MessageDigest.getInstance("SHA-1").digest(certificate().getEncoded());
    String input =
        part(Map.of("typ", "JWT", "alg", "RS256", "x5t", base64(thumbprint)))
            + "."
            + part(
                Map.of(
                    "aud",
                    audience(program),
                    "iss",
                    ISSUER,
                    "nbf",
                    time(-60),
                    "exp",
                    time(28_000),
                    "nameid",
                    ISSUER,
                    "trustedfordelegation",
                    "true"));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key());
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + base64(signature.sign());
  }

  private static String audience(Running program) {
    return "00000002-0000-0ff1-ce00-000000000000/"
        + HOST
        + ":"
        + program.port()
        + "@litwareinc.com";
  }

  private static String time(long seconds) {
    return Long.toString(Instant.now().getEpochSecond() + seconds);
  }

  private static String part(Map<String, String> content) throws IOException {
    return base64(Json.mapper().writeValueAsBytes(content));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private X509Certificate certificate() throws GeneralSecurityException, IOException {
    try (var in = Files.newInputStream(Path.of(signing.certificatePath()))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private PrivateKey key() throws GeneralSecurityException, IOException {
    String pem = Files.readString(Path.of(signing.privateKeyPath()));
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
  }
}
