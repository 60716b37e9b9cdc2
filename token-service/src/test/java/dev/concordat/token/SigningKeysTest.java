package dev.concordat.token;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.concordat.token.keys.ActiveKeyRing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
class SigningKeysTest {

  @Inject ActiveKeyRing keys;

  @Test
  void an_admin_or_viewer_sees_the_key_that_signs() {
    await()
        .untilAsserted(
            () ->
                list(OidcIssuer.viewer())
                    .then()
                    .statusCode(200)
                    .body("keys[0].publishedAt", notNullValue()));

    list(OidcIssuer.admin())
        .then()
        .statusCode(200)
        .body("keys", hasSize(1))
        .body("keys[0].keyId", equalTo(keys.ring().current().id()))
        .body("keys[0].phase", equalTo("current"))
        .body("keys[0].signs", equalTo(true))
        .body("keys[0].certificate.keyBits", equalTo(2048))
        .body("keys[0].certificate.thumbprint", notNullValue())
        .body(not(containsString("PRIVATE")));
  }

  @Test
  void whoever_has_another_role_is_forbidden() {
    list(OidcIssuer.token("mallory", "another")).then().statusCode(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/signing-keys", "/v1/signing-keys/events", "/v1/anything", "/", "/q/openapi"})
  void without_a_token_everything_that_is_not_public_says_401(String path) {
    RestAssured.get(path).then().statusCode(401);
  }

  @Test
  void the_announcement_is_a_cloud_event() {
    await()
        .untilAsserted(
            () ->
                given()
                    .auth()
                    .oauth2(OidcIssuer.viewer())
                    .get("/v1/signing-keys/events?follow=false")
                    .then()
                    .statusCode(200)
                    .contentType("text/event-stream")
                    .body(
                        containsString("dev.concordat.SigningKeyPublished.v1"),
                        containsString(keys.ring().current().id())));
  }

  @Test
  void a_position_that_is_none_is_a_problem() {
    given()
        .auth()
        .oauth2(OidcIssuer.viewer())
        .header("Last-Event-ID", "rubbish")
        .get("/v1/signing-keys/events?follow=false")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:concordat:problem:bad-position"));
  }

  private static io.restassured.response.Response list(String token) {
    return given().auth().oauth2(token).get("/v1/signing-keys");
  }
}
