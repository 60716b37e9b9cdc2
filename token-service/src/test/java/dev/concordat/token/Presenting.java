package dev.concordat.token;

import static dev.concordat.token.TokenRequests.FORM;
import static dev.concordat.token.TokenRequests.plain;
import static io.restassured.RestAssured.given;

import io.restassured.response.ValidatableResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tokens that somebody presents: asked about by a service, and by an ingress. */
final class Presenting {

  private Presenting() {}

  /** An admin asks. */
  static ValidatableResponse introspect(String token, @Nullable String resource) {
    return introspect(token, resource, OidcIssuer.admin());
  }

  static ValidatableResponse introspect(String token, @Nullable String resource, String bearer) {
    var form = new LinkedHashMap<>(Map.of("token", token));
    if (resource != null) {
      form.put("resource", resource);
    }
    return plain()
        .contentType(FORM)
        .header("Authorization", "Bearer " + bearer)
        .formParams(form)
        .post("/oauth2/introspect")
        .then()
        .statusCode(200)
        .header("Cache-Control", "no-store");
  }

  /** An ingress asks that was called by this host. */
  static ValidatableResponse authorize(String token, String host) {
    return given()
        .header("Authorization", "Bearer " + token)
        .header("X-Forwarded-Host", host)
        .get("/authorize")
        .then();
  }

  /** An ingress asks that hands on its caller's certificate. */
  static ValidatableResponse authorize(String token, String host, String certificate) {
    return given()
        .header("Authorization", "Bearer " + token)
        .header("X-Forwarded-Host", host)
        .header("Client-Cert", certificate)
        .get("/authorize")
        .then();
  }
}
