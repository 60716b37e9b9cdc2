package dev.concordat.registry.http;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;

/** Requests with a token that {@link RunningSuite}'s issuer has really signed. */
final class Callers {

  private Callers() {}

  static RequestSpecification as(String role) {
    return given().header("Authorization", "Bearer " + token(role));
  }

  static String token(String role) {
    String key = ConfigProvider.getConfig().getValue(RunningSuite.OIDC_KEY, String.class);
    try {
      return Jwt.issuer(RunningSuite.ISSUER)
          .upn("alice")
          .subject("alice")
          .groups(Set.of(role))
          .expiresIn(600)
          .sign(
              KeyFactory.getInstance("RSA")
                  .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static ValidatableResponse put(String name, String body) {
    return as("admin")
        .contentType(ContentType.JSON)
        .body(body)
        .put("/v1/partners/{name}", name)
        .then();
  }

  static String body(String url) {
    return "{\"kind\":\"exchange\",\"trust\":{\"metadataUrl\":\"" + url + "\"}}";
  }
}
