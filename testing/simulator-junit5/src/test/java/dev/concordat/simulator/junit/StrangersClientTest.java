package dev.concordat.simulator.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.concordat.simulator.tls.Certificates;
import dev.concordat.simulator.trust.ProductKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A client that somebody else wrote, tested as he would: it publishes its metadata document, has
 * the simulated Exchange accept it, and looks into a mailbox.
 */
class StrangersClientTest {

  @RegisterExtension
  static final SimulatorExtension SIMULATOR =
      SimulatorExtension.withMailboxes("pilar@litwareinc.com");

  private static final String ISSUER = "7d1e2f3a-0000-4b5c-8d6e-000000000001@litwareinc.com";

  private static Certificates.KeyAndCertificate key;
  private static HttpServer document;

  @BeforeAll
  static void publishOurDocument(SimulatedServers servers) throws Exception {
    key =
        Certificates.selfSigned(
            new Certificates.Content(
                "CN=stranger",
                Instant.now().minus(Duration.ofHours(1)),
                Instant.now().plus(Duration.ofDays(1)),
                List.of(),
                false));
    byte[] json =
        """
        {"issuer":"%s","keys":[{"usage":"signing","keyvalue":{"type":"x509Certificate","value":"%s"}}]}\
        """
            .formatted(ISSUER, Base64.getEncoder().encodeToString(key.certificate().getEncoded()))
            .getBytes(StandardCharsets.UTF_8);
    document = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    document.createContext(
        "/metadata/json/1",
        exchange -> {
          exchange.sendResponseHeaders(200, json.length);
          exchange.getResponseBody().write(json);
          exchange.close();
        });
    document.start();
    servers.run(
        "exchange",
        "Configure-EnterprisePartnerApplication.ps1 -ApplicationType Lync -AuthMetadataUrl http://127.0.0.1:%d/metadata/json/1"
            .formatted(document.getAddress().getPort()));
  }

  @AfterAll
  static void stop() {
    document.stop(0);
  }

  @Test
  void it_looks_into_a_mailbox_by_the_products_own_host_name(SimulatedServers servers)
      throws Exception {
    var answer = getInbox(servers, servers.exchangeWebServices());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("NoError");
    assertThat(servers.requests())
        .contains("\"operation\":\"GetFolder\"")
        .contains("pilar@litwareinc.com");
  }

  @Test
  void it_is_told_to_wait_when_the_server_is_busy_and_the_next_test_is_not(SimulatedServers servers)
      throws Exception {
    servers.fault(
        """
        {"path": "/EWS", "soapResponseCode": "ErrorServerBusy", "backOffMilliseconds": 200}\
        """);

    assertThat(getInbox(servers, servers.exchangeWebServices()).body()).contains("ErrorServerBusy");

    servers.clearFaults();
    assertThat(getInbox(servers, servers.exchangeWebServices()).body()).contains("NoError");
  }

  @Test
  void what_is_asked_for_wrongly_is_said_at_once(SimulatedServers servers) {
    assertThatThrownBy(() -> servers.fault("{\"cause\": \"bad-luck\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no cause bad-luck");
    assertThatThrownBy(() -> servers.run("skype", "New-CsPartnerApplication x"))
        .hasMessageContaining("ApplicationTrustLevel");
  }

  @Test
  void every_server_publishes_its_document_under_its_own_name(SimulatedServers servers)
      throws Exception {
    for (ProductKind kind : ProductKind.values()) {
      var answer =
          client(servers)
              .send(
                  HttpRequest.newBuilder(servers.metadata(kind)).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).contains(kind.applicationIdentifier());
    }
  }

  private static HttpResponse<String> getInbox(SimulatedServers servers, URI url) throws Exception {
    return client(servers)
        .send(
            HttpRequest.newBuilder(url)
                .header("Authorization", "Bearer " + token(url))
                .header("Content-Type", "text/xml; charset=utf-8")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        """
                        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
                        xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" \
                        xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">\
                        <s:Header><t:RequestServerVersion Version="Exchange2013"/></s:Header>\
                        <s:Body><m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape>\
                        </m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/>\
                        </m:FolderIds></m:GetFolder></s:Body></s:Envelope>\
                        """))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static HttpClient client(SimulatedServers servers) {
    return HttpClient.newBuilder().sslContext(servers.sslContext()).build();
  }

  /** As the specification has it (MS-XOAUTH 3.2.5.6), with nothing but the JDK. */
  private static String token(URI url) throws Exception {
    long now = Instant.now().getEpochSecond();
    String times = "\"nbf\":\"%d\",\"exp\":\"%d\"".formatted(now - 60, now + 3600);
    String audience =
        "00000002-0000-0ff1-ce00-000000000000/%s:%d@litwareinc.com"
            .formatted(url.getHost(), url.getPort());
    String x5t =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                MessageDigest.getInstance("SHA-1").digest(key.certificate().getEncoded()));
    String input =
        part("{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5t\":\"%s\"}".formatted(x5t))
            + "."
            + part(
                "{\"aud\":\"%s\",\"iss\":\"%s\",%s,\"nameid\":\"%s\",\"trustedfordelegation\":\"true\"}"
                    .formatted(audience, ISSUER, times, ISSUER));
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key.key());
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    String actor =
        input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    return part("{\"typ\":\"JWT\",\"alg\":\"none\"}")
        + "."
        + part(
            "{\"aud\":\"%s\",\"iss\":\"%s\",%s,\"smtp\":\"pilar@litwareinc.com\",\"actortoken\":\"%s\"}"
                .formatted(audience, ISSUER, times, actor))
        + ".";
  }

  private static String part(String json) throws IOException {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
