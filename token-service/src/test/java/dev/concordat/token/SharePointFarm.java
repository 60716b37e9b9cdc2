package dev.concordat.token;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The service as the vectors' SharePoint, with a clock that tests may set, over TLS of its own
 * rather than an ingress', and with little room for requests at once: what tests need that would
 * otherwise each start a service for itself.
 */
public final class SharePointFarm implements QuarkusTestProfile {

  static final String CLIENTS = "test.clients";
  static final String BROKER = "apps";
  static final String PASS_PHRASE = "for tests";

  @Override
  public Map<String, String> getConfigOverrides() {
    Path folder = certificates();
    return Map.ofEntries(
        Map.entry(
            "concordat.identity.application-identifier", "00000003-0000-0ff1-ce00-000000000000"),
        Map.entry("concordat.identity.realm", "litwareinc.com"),
        Map.entry("concordat.identity.hosts", "sharepoint.litwareinc.com"),
        Map.entry("concordat.validation.brokers", BROKER),
        Map.entry("concordat.token.forwarded-certificate-header", ""),
        Map.entry("concordat.load.requests-per-processor", "2"),
        Map.entry("quarkus.http.test-ssl-port", "0"),
        Map.entry("quarkus.tls.key-store.pem.server.cert", folder.resolve("server.crt").toString()),
        Map.entry("quarkus.tls.key-store.pem.server.key", folder.resolve("server.key").toString()),
        Map.entry("quarkus.tls.trust-store.pem.certs", folder.resolve("trusted.pem").toString()),
        Map.entry(CLIENTS, folder.toString()));
  }

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(TestClock.class);
  }

  /** The server's, and those of two clients that TLS lets in, one of which is to be registered. */
  private static Path certificates() {
    try {
      Path folder = Files.createTempDirectory("clients");
      TestKeys.server().writeTo(folder, "server");
      var trusted = new StringBuilder();
      for (String name : new String[] {"registered", "unregistered"}) {
        var client = TestKeys.rsa();
        TestKeys.writePkcs12(folder.resolve(name + ".p12"), client, PASS_PHRASE);
        Files.writeString(folder.resolve(name + ".crt"), client.certificate().pem());
        trusted.append(client.certificate().pem()).append('\n');
      }
      Files.writeString(folder.resolve("trusted.pem"), trusted);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
