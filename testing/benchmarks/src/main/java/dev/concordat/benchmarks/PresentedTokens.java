package dev.concordat.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.suite.LaboratoryKey;
import dev.concordat.suite.LocalSuite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/** Partners' tokens, and what the token-service's introspection says of them. */
final class PresentedTokens implements AutoCloseable {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI introspection;
  private final String bearer;

  PresentedTokens(URI tokenService, String bearer) {
    introspection = tokenService.resolve("/oauth2/introspect");
    this.bearer = bearer;
  }

  /** An actor token to us by this issuer, signed by this key. */
  String token(String issuer, LaboratoryKey key) {
    long now = Instant.now().getEpochSecond();
    try {
      String signed =
          part(Map.of("typ", "JWT", "alg", "RS256", "x5t", key.certificate().x5t()))
              + "."
              + part(
                  Map.of(
                      "aud",
                      "%s/localhost@%s"
                          .formatted(LocalSuite.APPLICATION_IDENTIFIER, LocalSuite.DOMAIN),
                      "iss",
                      issuer,
                      "nameid",
                      issuer,
                      "nbf",
                      Long.toString(now - 60),
                      "exp",
                      Long.toString(now + 3600),
                      "trustedfordelegation",
                      "true"));
      return key.signed(signed);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isAccepted(String token) throws InterruptedException {
    HttpResponse<String> answer = introspect(token);
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          "introspection answers %d: %s".formatted(answer.statusCode(), answer.body()));
    }
    try {
      return Json.mapper().readTree(answer.body()).path("active").asBoolean();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> introspect(String token) throws InterruptedException {
    try {
      return http.send(
          HttpRequest.newBuilder(introspection)
              .header("Authorization", "Bearer " + bearer)
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString("token=" + token))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    http.close();
  }

  private static String part(Map<String, String> claims) throws JsonProcessingException {
    return BASE64.encodeToString(Json.mapper().writeValueAsBytes(claims));
  }
}
