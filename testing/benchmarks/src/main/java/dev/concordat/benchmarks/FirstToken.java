package dev.concordat.benchmarks;

import dev.concordat.benchmarks.report.Figure;
import dev.concordat.benchmarks.report.Report;
import dev.concordat.contracts.Json;
import dev.concordat.suite.FormFields;
import dev.concordat.suite.LocalSuite;
import dev.concordat.suite.Options;
import dev.concordat.suite.Part;
import dev.concordat.suite.SuiteFailure;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * From the registration of a partner by its metadata URL to the first token for it: the command
 * through Kafka, the decision, the document fetched over TLS, checked and announced, the token
 * signed.
 *
 * <p>The reference is what cannot be saved: the same hops one after another without anything of
 * ours, that is three records through Kafka, one document over a fresh TLS connection, one RSA
 * signature.
 */
final class FirstToken {

  private static final int WARM_UP = 20;
  private static final int COUNTED = 60;

  private final LocalSuite suite;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int documentPort;
  private final String certificate;

  private FirstToken(LocalSuite suite, int documentPort, String certificate) {
    this.suite = suite;
    this.documentPort = documentPort;
    this.certificate = certificate;
  }

  @SuppressWarnings("SystemOut") // progress
  static void run(Report report) throws Exception {
    Path state = Files.createTempDirectory("concordat-bench");
    Vertx vertx = Vertx.vertx();
    try (LocalSuite suite =
        LocalSuite.start(
            Options.onFreePorts(state).without(Part.PROBE_SERVICE, Part.PARTNER_SIMULATOR),
            line -> System.err.println(line))) {
      String certificate =
          Base64.getEncoder()
              .encodeToString(
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(
                          new ByteArrayInputStream(
                              Files.readAllBytes(state.resolve("signing/current.crt"))))
                      .getEncoded());
      int port =
          vertx
              .createHttpServer(
                  new HttpServerOptions()
                      .setSsl(true)
                      .setKeyCertOptions(
                          new PemKeyCertOptions()
                              .setCertPath(state.resolve("tls/server.crt").toString())
                              .setKeyPath(state.resolve("tls/server.key").toString())))
              .requestHandler(
                  request ->
                      request
                          .response()
                          .putHeader("Content-Type", "application/json")
                          .end(document(String.valueOf(request.path()), certificate)))
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS)
              .actualPort();
      var bench = new FirstToken(suite, port, certificate);
      double[] times = new double[COUNTED];
      double[] references = new double[COUNTED];
      try (var reference = bench.new Reference(state)) {
        for (int i = -WARM_UP; i < COUNTED; i++) {
          double time = bench.registerToToken("bench-" + (i + WARM_UP));
          double bare = reference.once(i + WARM_UP);
          if (i >= 0) {
            times[i] = time;
            references[i] = bare;
          }
        }
      }
      Median ours = Median.of(times);
      Median bare = Median.of(references);
      report.say("%d registrations".formatted(COUNTED));
      report.atMost(500, "registration to first token, median", ours.median(), "ms");
      report.less("registration to first token, p90", ours.p90(), "ms");
      report.less("the bare hops, median", bare.median(), "ms");
      report.less("ours to the bare hops", ours.median() / bare.median(), Figure.RATIO);
    } finally {
      vertx.close();
      try (var tree = Files.walk(state)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private static String document(String path, String certificate) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return """
        {"issuer":"00000002-0000-0ff1-ce00-000000000000@%s.litwareinc.com","keys":[{"usage":"signing",\
        "keyvalue":{"type":"x509Certificate","value":"%s"}}]}"""
        .formatted(name, certificate);
  }

  /** Milliseconds from the PUT to the first 200 of the token endpoint. */
  private double registerToToken(String name)
      throws IOException, InterruptedException, SuiteFailure {
    String admin = suite.adminToken();
    byte[] body =
        Json.mapper()
            .writeValueAsBytes(
                Map.of(
                    "kind",
                    "exchange",
                    "trust",
                    Map.of("metadataUrl", "https://litwareinc.com:" + documentPort + "/" + name)));
    HttpRequest put =
        HttpRequest.newBuilder(suite.url(Part.TRUST_REGISTRY).resolve("/v1/partners/" + name))
            .header("Authorization", "Bearer " + admin)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    HttpRequest token =
        HttpRequest.newBuilder(suite.url(Part.TOKEN_SERVICE).resolve("/oauth2/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    FormFields.encoded(
                        Map.of(
                            "grant_type",
                            "client_credentials",
                            "client_assertion_type",
                            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                            "client_assertion",
                            admin,
                            "audience",
                            name))))
            .build();
    long begin = System.nanoTime();
    HttpResponse<String> registered = http.send(put, HttpResponse.BodyHandlers.ofString());
    if (registered.statusCode() != 201) {
      throw new IllegalStateException("not registered: " + registered.body());
    }
    long deadline = begin + TimeUnit.SECONDS.toNanos(20);
    while (http.send(token, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no token for " + name + " within 20 s");
      }
      Thread.sleep(1);
    }
    return (System.nanoTime() - begin) / 1e6;
  }

  /** The hops that nobody can save, without anything of ours. */
  private final class Reference implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition = new TopicPartition("concordat.dead-letters", 0);
    private final Signature signature;
    private final Path state;

    Reference(Path state) throws GeneralSecurityException {
      this.state = state;
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(generator.generateKeyPair().getPrivate());
      Map<String, Object> kafka = Map.of("bootstrap.servers", suite.kafkaBootstrap());
      producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
      consumer =
          new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      consumer.assign(List.of(partition));
      consumer.seekToEnd(List.of(partition));
      consumer.position(partition);
    }

    double once(int round)
        throws IOException,
            InterruptedException,
            GeneralSecurityException,
            ExecutionException,
            TimeoutException {
      // A client of its own each time: its connection is new, as a new partner's is.
      SSLContext trusting = trusting();
      try (var fresh = HttpClient.newBuilder().sslContext(trusting).build()) {
        long begin = System.nanoTime();
        for (int hop = 0; hop < 3; hop++) {
          producer
              .send(new ProducerRecord<>(partition.topic(), 0, new byte[] {1}, new byte[1500]))
              .get(10, TimeUnit.SECONDS);
          while (consumer.poll(Duration.ofSeconds(5)).isEmpty()) {
            Thread.onSpinWait();
          }
        }
        fresh.send(
            HttpRequest.newBuilder(
                    URI.create("https://localhost:" + documentPort + "/reference-" + round))
                .build(),
            HttpResponse.BodyHandlers.ofString());
        signature.update(certificate.getBytes(StandardCharsets.US_ASCII));
        signature.sign();
        return (System.nanoTime() - begin) / 1e6;
      }
    }

    private SSLContext trusting() throws IOException, GeneralSecurityException {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "ca",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(Files.readAllBytes(state.resolve("tls/ca.crt")))));
      var managers = TrustManagerFactory.getInstance("PKIX");
      managers.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    }

    @Override
    public void close() {
      producer.close(Duration.ofSeconds(1));
      consumer.close();
    }
  }
}
