package dev.concordat.token;

import static io.restassured.RestAssured.given;

import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Token requests as a client sends them. */
final class TokenRequests {

  static final String FORM = "application/x-www-form-urlencoded";
  static final String EXCHANGE_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";

  private TokenRequests() {}

  /** The parameters of an actor token, to be changed by the test. */
  static Map<String, String> actor(String partner, String assertion) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "client_credentials");
    form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    form.put("client_assertion", assertion);
    form.put("audience", partner);
    return form;
  }

  /** The parameters of a user token, to be changed by the test. */
  static Map<String, String> user(String partner, String assertion, String sip) {
    var form = actor(partner, assertion);
    form.put("grant_type", EXCHANGE_GRANT);
    form.put("subject_token", sip);
    form.put("subject_token_type", "urn:concordat:params:oauth:token-type:sip-address");
    return form;
  }

  static Map<String, String> with(Map<String, String> form, String name, String value) {
    form.put(name, value);
    return form;
  }

  static Map<String, String> without(Map<String, String> form, String name) {
    form.remove(name);
    return form;
  }

  static ValidatableResponse send(Map<String, String> form) {
    return plain().contentType(FORM).formParams(form).post("/oauth2/token").then();
  }

  static ValidatableResponse sendAfresh(Map<String, String> form) {
    return plain()
        .contentType(FORM)
        .header("Cache-Control", "no-cache")
        .formParams(form)
        .post("/oauth2/token")
        .then();
  }

  static ValidatableResponse sendBody(String contentType, String body) {
    return plain().contentType(contentType).body(body).post("/oauth2/token").then();
  }

  static String token(Map<String, String> form) {
    return send(form).statusCode(200).extract().path("access_token");
  }

  /** Sends the content type as it is given. */
  static RequestSpecification plain() {
    return given()
        .config(
            RestAssuredConfig.config()
                .encoderConfig(
                    EncoderConfig.encoderConfig()
                        .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                        .defaultContentCharset(StandardCharsets.UTF_8)));
  }
}
