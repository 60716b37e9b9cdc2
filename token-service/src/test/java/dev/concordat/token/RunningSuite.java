package dev.concordat.token;

import dev.concordat.contracts.Topic;
import dev.concordat.testing.kafka.KafkaBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the service needs around it: a broker, a signing key, the key of an OIDC issuer. */
public final class RunningSuite implements QuarkusTestResourceLifecycleManager {

  static final String OIDC_KEY = "test.oidc.private-key";
  static final String OIDC_ISSUER = "concordat-local";

  private @Nullable KafkaBroker broker;
  private @Nullable Path folder;

  @Override
  public Map<String, String> start() {
    var started = KafkaBroker.start();
    broker = started;
    started.createTopics(Topic.values());
    folder = signingFolder();
    KeyPair oidc = TestKeys.keyPair("RSA", 2048);
    return Map.ofEntries(
        Map.entry("kafka.bootstrap.servers", started.bootstrapServers()),
        Map.entry("concordat.signing.folder", folder.toString()),
        Map.entry(
            "concordat.identity.application-identifier", "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001"),
        Map.entry("concordat.identity.realm", "litwareinc.com"),
        Map.entry("concordat.identity.hosts", "localhost"),
        Map.entry("concordat.token.public-url", "https://token.litwareinc.com"),
        Map.entry("concordat.token.forwarded-certificate-header", "Client-Cert"),
        Map.entry("concordat.outbound.allowed-addresses", "127.0.0.0/8"),
        Map.entry("concordat.outbound.ca-bundle", PartnerServer.authority().toString()),
        Map.entry("quarkus.oidc.token.issuer", OIDC_ISSUER),
        Map.entry("quarkus.oidc.public-key", base64(oidc.getPublic().getEncoded())),
        Map.entry(OIDC_KEY, base64(oidc.getPrivate().getEncoded())),
        Map.entry("quarkus.http.host", "127.0.0.1"),
        Map.entry("quarkus.management.host", "127.0.0.1"),
        Map.entry("quarkus.http.test-port", "0"),
        Map.entry("quarkus.management.test-port", "0"));
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
    if (folder != null) {
      try (var tree = Files.walk(folder)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Path signingFolder() {
    try {
      Path made = Files.createTempDirectory("signing");
      TestKeys.rsa().writeTo(made, "current");
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String base64(byte[] der) {
    return Base64.getEncoder().encodeToString(der);
  }
}
