package dev.concordat.metadata.http;

import dev.concordat.contracts.Topic;
import dev.concordat.testing.kafka.KafkaBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the service needs around it: a broker, and the key of an OIDC issuer. */
public final class RunningSuite implements QuarkusTestResourceLifecycleManager {

  static final String OIDC_KEY = "test.oidc.private-key";
  static final String ISSUER = "concordat-local";
  static final String IDENTIFIER = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001";

  private @Nullable KafkaBroker broker;

  @Override
  public Map<String, String> start() {
    var started = KafkaBroker.start();
    broker = started;
    started.createTopics(Topic.values());
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair oidc = generator.generateKeyPair();
      return Map.ofEntries(
          Map.entry("kafka.bootstrap.servers", started.bootstrapServers()),
          Map.entry("quarkus.oidc.token.issuer", ISSUER),
          Map.entry("quarkus.oidc.public-key", base64(oidc.getPublic().getEncoded())),
          Map.entry(OIDC_KEY, base64(oidc.getPrivate().getEncoded())),
          Map.entry("concordat.identity.application-identifier", IDENTIFIER),
          Map.entry("concordat.identity.realm", "litwareinc.com"),
          Map.entry("concordat.identity.hosts", "localhost"),
          Map.entry("concordat.metadata.public-url", "https://concordat.litwareinc.com"),
          Map.entry("concordat.metadata.token-service-url", "https://tokens.litwareinc.com"),
          Map.entry("concordat.outbound.allowed-addresses", "127.0.0.0/8"),
          Map.entry("concordat.outbound.proxy", "none"),
          Map.entry("quarkus.http.host", "127.0.0.1"),
          Map.entry("quarkus.management.host", "127.0.0.1"),
          Map.entry("quarkus.http.test-port", "0"),
          Map.entry("quarkus.management.test-port", "0"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  @Override
  public void inject(TestInjector testInjector) {
    testInjector.injectIntoFields(broker, new TestInjector.MatchesType(KafkaBroker.class));
  }

  @Override
  public void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
