package dev.concordat.token;

import static dev.concordat.token.TokenRequests.actor;
import static dev.concordat.token.TokenRequests.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens when more is asked than may be under way at once. */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
@TestProfile(SharePointFarm.class)
class LoadSheddingTest {

  /** Four times what the profile lets be under way. */
  private static final int FOR_EACH_PROCESSOR = 8;

  @Inject Registry registry;

  @TestHTTPResource URI service;

  @Test
  void what_is_too_much_is_turned_away_and_admins_and_those_before_are_not() throws IOException {
    registry.exchange("exchange");
    List<Socket> slow = new ArrayList<>();
    try {
      // Each has sent its headers and half of its body: under way until it ends.
      for (int i = 0; i < FOR_EACH_PROCESSOR * Runtime.getRuntime().availableProcessors(); i++) {
        slow.add(halfARequest());
      }
      await()
          .untilAsserted(
              () ->
                  send(actor("exchange", OidcIssuer.admin()))
                      .statusCode(503)
                      .header("Retry-After", "1"));
      RestAssured.given()
          .header("Authorization", "Bearer " + OidcIssuer.viewer())
          .get("/v1/signing-keys")
          .then()
          .statusCode(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    await().untilAsserted(() -> send(actor("exchange", OidcIssuer.admin())).statusCode(200));
    assertThat(slow).isNotEmpty();
  }

  private Socket halfARequest() throws IOException {
    var socket = new Socket(service.getHost(), service.getPort());
    OutputStream out = socket.getOutputStream();
    out.write(
        "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngrant"
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
    return socket;
  }
}
