package dev.concordat.probe;

import dev.concordat.contracts.Topic;
import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.SimulatorSettings;
import dev.concordat.testing.kafka.KafkaBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the service needs around it: a broker, a simulated Exchange, a second one whose authority
 * nobody trusts, a server of tokens, and the key of an OIDC issuer.
 */
public final class RunningSuite implements QuarkusTestResourceLifecycleManager {

  static final String OIDC_KEY = "test.oidc.private-key";
  static final String OIDC_ISSUER = "concordat-local";

  /** A partner whose maintenance never ends. */
  static final String RESTING = "resting";

  private @Nullable KafkaBroker broker;
  private @Nullable Simulator exchange;
  private @Nullable TokenServer tokens;
  private @Nullable Path folder;

  @Override
  public Map<String, String> start() {
    var kafka = KafkaBroker.start();
    broker = kafka;
    kafka.createTopics(Topic.values());
    var simulator = Simulator.start(SimulatorSettings.forTests());
    exchange = simulator;
    var tokenServer = new TokenServer();
    tokens = tokenServer;
    KeyPair oidc = TestKeys.rsa();
    try {
      Path files = Files.createTempDirectory("probe-service");
      folder = files;
      return Map.ofEntries(
          Map.entry("kafka.bootstrap.servers", kafka.bootstrapServers()),
          Map.entry(
              "concordat.identity.application-identifier", TokenServer.US.applicationIdentifier()),
          Map.entry("concordat.identity.realm", TokenServer.US.realm()),
          Map.entry("concordat.outbound.allowed-addresses", "127.0.0.0/8"),
          Map.entry(
              "concordat.outbound.ca-bundle",
              Files.writeString(files.resolve("ca.pem"), simulator.caPem()).toString()),
          Map.entry("concordat.outbound.connect-timeout", "3s"),
          Map.entry("concordat.probe.token-service-url", tokenServer.url()),
          Map.entry("concordat.probe.metadata-service-url", "https://concordat.litwareinc.com"),
          Map.entry(
              "concordat.probe.client-assertion-file",
              Files.writeString(files.resolve("assertion"), "header.claims.signature\n")
                  .toString()),
          Map.entry("concordat.probe.vantage", "a test"),
          // Each test has its own faults of Autodiscover.
          Map.entry("concordat.probe.autodiscover-lifetime", "0s"),
          Map.entry("concordat.probe.service-records", "false"),
          Map.entry("concordat.probe.answer-bytes", "65536"),
          Map.entry("concordat.probe.request-time", "4s"),
          Map.entry("concordat.probe.maintenance." + RESTING, "00:00-00:00"),
          Map.entry("quarkus.oidc.token.issuer", OIDC_ISSUER),
          Map.entry("quarkus.oidc.public-key", base64(oidc.getPublic().getEncoded())),
          Map.entry(OIDC_KEY, base64(oidc.getPrivate().getEncoded())),
          Map.entry("quarkus.http.host", "127.0.0.1"),
          Map.entry("quarkus.management.host", "127.0.0.1"),
          Map.entry("quarkus.http.test-port", "0"),
          Map.entry("quarkus.management.test-port", "0"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void inject(TestInjector testInjector) {
    testInjector.injectIntoFields(broker, new TestInjector.MatchesType(KafkaBroker.class));
    testInjector.injectIntoFields(exchange, new TestInjector.MatchesType(Simulator.class));
    testInjector.injectIntoFields(tokens, new TestInjector.MatchesType(TokenServer.class));
  }

  @Override
  public void stop() {
    if (tokens != null) {
      tokens.close();
    }
    if (exchange != null) {
      exchange.close();
    }
    if (broker != null) {
      broker.close();
    }
    if (folder != null) {
      for (String name : new String[] {"ca.pem", "assertion", ""}) {
        try {
          Files.deleteIfExists(folder.resolve(name));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static String base64(byte[] der) {
    return Base64.getEncoder().encodeToString(der);
  }
}
