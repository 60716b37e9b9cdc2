package dev.concordat.token;

import static dev.concordat.token.Registrations.anyone;
import static dev.concordat.token.Registrations.certificates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that prove themselves by the certificate of a real TLS connection (RFC 8705). */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
@TestProfile(SharePointFarm.class)
class ClientCertificateTest {

  @Inject Registry registry;

  @ConfigProperty(name = SharePointFarm.CLIENTS)
  Path clients;

  @TestHTTPResource(value = "/oauth2/token", tls = true)
  URI endpoint;

  @BeforeEach
  void register() throws IOException {
    registry.exchange("over-tls");
    registry.register(
        Registrations.workload(
            "by-certificate",
            certificates(Files.readString(clients.resolve("registered.crt"))),
            anyone("over-tls")));
  }

  @Test
  void the_registered_one_gets_a_token() throws Exception {
    HttpResponse<String> answer = send("registered", "by-certificate", null);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("access_token");
  }

  @Test
  void another_one_that_tls_trusts_gets_none_even_with_the_right_one_in_a_header()
      throws Exception {
    assertThat(send("unregistered", "by-certificate", null).statusCode()).isEqualTo(401);
    assertThat(send("unregistered", "by-certificate", registered()).statusCode()).isEqualTo(401);
    assertThat(send("registered", "another-client", null).statusCode()).isEqualTo(401);
  }

  @Test
  void without_a_certificate_nothing_is_proved_whatever_headers_say() throws Exception {
    assertThat(send(null, "by-certificate", null).statusCode()).isEqualTo(400);
    HttpResponse<String> answer = send(null, "by-certificate", registered());

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("invalid_request").doesNotContain("access_token");
  }

  @Test
  void one_that_tls_does_not_trust_ends_the_connection() throws Exception {
    Path stranger = clients.resolve("stranger.p12");
    TestKeys.writePkcs12(stranger, TestKeys.rsa(), SharePointFarm.PASS_PHRASE);

    assertThatThrownBy(() -> send("stranger", "by-certificate", null))
        .isInstanceOf(IOException.class);
  }

  private String registered() throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(clients.resolve("registered.crt"))) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
      return ":" + java.util.Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":";
    }
  }

  private HttpResponse<String> send(
      @Nullable String certificate, String clientId, @Nullable String header) throws Exception {
    var request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", TokenRequests.FORM)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "grant_type=client_credentials&audience=over-tls&client_id=" + clientId));
    if (header != null) {
      request.header("Client-Cert", header).header("X-Forwarded-Tls-Client-Cert", header);
    }
    try (var http = HttpClient.newBuilder().sslContext(tls(certificate)).build()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private SSLContext tls(@Nullable String certificate) throws Exception {
    var trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    try (var in = Files.newInputStream(clients.resolve("server.crt"))) {
      trust.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(trust);
    KeyManager[] own = null;
    if (certificate != null) {
      var store = KeyStore.getInstance("PKCS12");
      try (var in = Files.newInputStream(clients.resolve(certificate + ".p12"))) {
        store.load(in, SharePointFarm.PASS_PHRASE.toCharArray());
      }
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, SharePointFarm.PASS_PHRASE.toCharArray());
      own = managers.getKeyManagers();
    }
    var context = SSLContext.getInstance("TLS");
    context.init(own, trusted.getTrustManagers(), null);
    return context;
  }
}
