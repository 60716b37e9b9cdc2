package dev.concordat.token;

import static dev.concordat.token.Registrations.EXCHANGE_ID;
import static dev.concordat.token.Registrations.anyone;
import static dev.concordat.token.Registrations.certificates;
import static dev.concordat.token.Registrations.disabled;
import static dev.concordat.token.Registrations.serviceAccount;
import static dev.concordat.token.Registrations.trusted;
import static dev.concordat.token.Registrations.workload;
import static dev.concordat.token.TokenRequests.FORM;
import static dev.concordat.token.TokenRequests.actor;
import static dev.concordat.token.TokenRequests.plain;
import static dev.concordat.token.TokenRequests.send;
import static dev.concordat.token.TokenRequests.sendAfresh;
import static dev.concordat.token.TokenRequests.sendBody;
import static dev.concordat.token.TokenRequests.token;
import static dev.concordat.token.TokenRequests.user;
import static dev.concordat.token.TokenRequests.with;
import static dev.concordat.token.TokenRequests.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.Receiver;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.TokenValidation;
import dev.concordat.contracts.tokens.TrustedIssuer;
import dev.concordat.contracts.tokens.Verdict;
import dev.concordat.token.keys.ActiveKeyRing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
class TokenEndpointTest {

  private static final String KEN = "sip:kenmyer@litwareinc.com";
  private static final String EWS = "https://atl-exchange-001.litwareinc.com/EWS/Exchange.asmx";

  @Inject Registry registry;
  @Inject ActiveKeyRing keys;

  @TestHTTPResource(value = "/metrics", management = true)
  URI metrics;

  @TestHTTPResource(value = "/health/ready", management = true)
  URI readiness;

  @Nested
  class Tokens {

    @Test
    void an_actor_token_holds_for_the_partner_that_reads_our_published_certificate() {
      registry.exchange("actor");

      String token =
          send(with(actor("actor", OidcIssuer.admin()), "resource", EWS))
              .statusCode(200)
              .header("Cache-Control", "no-store")
              .header("Pragma", "no-cache")
              .contentType("application/json")
              .body("token_type", equalTo("Bearer"))
              .body("expires_in", allOf(greaterThan(28_000), lessThanOrEqualTo(28_800)))
              .body("issued_token_type", nullValue())
              .body("token_source", equalTo("fresh"))
              .extract()
              .path("access_token");

      Verdict verdict = validate(token, "atl-exchange-001.litwareinc.com");
      assertThat(verdict).isInstanceOf(Accepted.class);
      assertThat(((Accepted) verdict).actor().application().toString())
          .isEqualTo("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com");
    }

    @Test
    void a_user_token_holds_too_and_names_the_user_by_what_is_known() {
      registry.exchange("user");

      String token =
          send(with(
                  with(user("user", OidcIssuer.admin(), KEN), "resource", EWS),
                  "user_smtp",
                  "Ken.Myer@litwareinc.com"))
              .statusCode(200)
              .body("issued_token_type", equalTo("urn:ietf:params:oauth:token-type:jwt"))
              .extract()
              .path("access_token");

      assertThat(token).endsWith(".");
      var accepted = (Accepted) validate(token, "atl-exchange-001.litwareinc.com");
      var claims = accepted.user();
      assertThat(claims).isNotNull();
      assertThat(claims.sip()).isEqualTo("kenmyer@litwareinc.com");
      assertThat(claims.smtp()).isEqualTo("ken.myer@litwareinc.com");
      assertThat(claims.nameId()).isNull();
    }

    @Test
    void a_token_for_one_host_is_none_for_another() {
      registry.exchange("hosts");

      String token = token(actor("hosts", OidcIssuer.admin()));

      assertThat(validate(token, "autodiscover.litwareinc.com")).isInstanceOf(Accepted.class);
      assertThat(validate(token, "atl-exchange-001.litwareinc.com"))
          .isNotInstanceOf(Accepted.class);
    }

    @Test
    void a_token_is_reused_until_a_fresh_one_is_asked_for() {
      registry.exchange("cached");
      var form = actor("cached", OidcIssuer.admin());

      String first = token(form);
      send(form)
          .statusCode(200)
          .body("token_source", equalTo("cached"))
          .body("access_token", equalTo(first));
      sendAfresh(form).statusCode(200).body("token_source", equalTo("fresh"));
      send(user("cached", OidcIssuer.admin(), KEN))
          .statusCode(200)
          .body("token_source", equalTo("cached"));
    }

    @Test
    void however_many_ask_at_once_one_token_is_signed() throws Exception {
      registry.exchange("crowd");
      var form = actor("crowd", OidcIssuer.admin());
      List<Callable<String>> asking = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        asking.add(() -> send(form).statusCode(200).extract().path("token_source"));
      }

      List<String> sources = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<String> answer : threads.invokeAll(asking)) {
          sources.add(answer.get());
        }
      }

      assertThat(sources).filteredOn("fresh"::equals).hasSize(1);
    }

    @Test
    void a_chosen_key_signs_and_what_it_signed_is_kept_for_nobody() {
      registry.exchange("chosen");
      var form = actor("chosen", OidcIssuer.admin());
      String kept = token(form);
      String current = keys.ring().current().id();

      String chosen =
          send(with(actor("chosen", OidcIssuer.admin()), "signing_key", current))
              .statusCode(200)
              .body("token_source", equalTo("fresh"))
              .extract()
              .path("access_token");

      assertThat(((S2SToken) S2SToken.parse(chosen)).header().x5t()).isEqualTo(current);
      send(form)
          .statusCode(200)
          .body("token_source", equalTo("cached"))
          .body("access_token", equalTo(kept));
    }

    @Test
    void a_key_that_is_not_ours_signs_nothing() {
      registry.exchange("stranger");

      refused(
          send(
              with(
                  actor("stranger", OidcIssuer.admin()),
                  "signing_key",
                  "AAAAAAAAAAAAAAAAAAAAAAAAAAA")),
          "invalid_request",
          "unknown-signing-key");
    }

    @Test
    void each_is_written_down_without_the_token() {
      registry.exchange("audited");
      var lines = new AuditLog();

      String token = token(user("audited", OidcIssuer.admin(), KEN));

      lines.close();
      assertThat(lines.lines())
          .singleElement()
          .asString()
          .contains("client=\"ann\"", "partner=\"audited\"", "as=\"" + KEN + "\"", "source=fresh")
          .doesNotContain(token)
          .doesNotContain("eyJ");
    }

    @Test
    void each_is_counted() {
      registry.exchange("counted");
      token(actor("counted", OidcIssuer.admin()));
      send(actor("nobody-of-this-name", OidcIssuer.admin())).statusCode(400);

      RestAssured.get(metrics)
          .then()
          .statusCode(200)
          .body(
              matchesPattern(
                  "(?s).*concordat_tokens_total\\{outcome=\"fresh\",partner=\"counted\",partner_kind=\"exchange\",token=\"actor\"} 1\\.0.*"),
              not(containsString("partner=\"nobody-of-this-name\"")),
              containsString("concordat_signing_seconds_count"));
    }
  }

  @Nested
  class Partners {

    @Test
    void unknown_is_refused() {
      refused(
          send(actor("never-registered", OidcIssuer.admin())), "invalid_target", "unknown-partner");
    }

    @Test
    void disabled_is_refused_at_once_although_a_token_is_cached() {
      var partner = registry.exchange("disabled");
      token(actor("disabled", OidcIssuer.admin()));

      registry.register(disabled(partner));

      refused(send(actor("disabled", OidcIssuer.admin())), "invalid_target", "partner-disabled");
      refused(
          send(user("disabled", OidcIssuer.admin(), KEN)), "invalid_target", "partner-disabled");
    }

    @Test
    void removed_is_refused_at_once_although_a_token_is_cached() {
      registry.exchange("removed");
      token(actor("removed", OidcIssuer.admin()));

      registry.remove("removed");

      refused(send(actor("removed", OidcIssuer.admin())), "invalid_target", "unknown-partner");
    }

    @Test
    void registered_anew_gets_a_token_of_its_own() {
      registry.exchange("anew");
      token(actor("anew", OidcIssuer.admin()));
      registry.remove("anew");

      registry.register(Registrations.exchange("anew"));

      send(actor("anew", OidcIssuer.admin()))
          .statusCode(200)
          .body("token_source", equalTo("fresh"));
    }

    @Test
    void whose_document_was_not_read_yet_is_refused_with_what_to_wait_for() {
      registry.register(Registrations.exchange("unread"));

      refused(send(actor("unread", OidcIssuer.admin())), "invalid_target", "identity-unknown")
          .body("error_description", containsString("has not been read yet"));
    }

    @Test
    void whose_only_document_contradicts_its_registration_is_refused() {
      registry.register(Registrations.exchange("conflict"));
      registry.read(Registrations.reading("conflict", Outcome.CONFLICT, null));

      refused(send(actor("conflict", OidcIssuer.admin())), "invalid_target", "identity-conflict");
    }

    @Test
    void trusted_as_application_gets_no_user_token() {
      registry.register(trusted(registry.exchange("application"), TrustLevel.APPLICATION));

      send(actor("application", OidcIssuer.admin())).statusCode(200);
      refused(
          send(user("application", OidcIssuer.admin(), KEN)), "unauthorized_client", "trust-level");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://atl-exchange-001.litwareinc.com/", "rubbish", "https://"})
    void called_by_a_malformed_resource_is_refused(String resource) {
      registry.exchange("resource");

      refused(
          send(with(actor("resource", OidcIssuer.admin()), "resource", resource)),
          "invalid_target",
          "malformed-resource");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kenmyer", "tel:+15550100", "sip:ken@@litwareinc.com", "x' OR 1=1--"})
    void asked_for_a_malformed_user_is_refused(String user) {
      registry.exchange("malformed");

      refused(
          send(user("malformed", OidcIssuer.admin(), user)), "invalid_request", "malformed-user");
    }
  }

  @Nested
  class Clients {

    @Test
    void a_service_account_gets_what_its_registration_allows() {
      registry.exchange("sa-exchange");
      registry.exchange("sa-other");
      registry.register(
          workload("sa-probe", serviceAccount("system:sa:probe"), anyone("sa-exchange")));
      String assertion = OidcIssuer.token("system:sa:probe");

      send(user("sa-exchange", assertion, KEN)).statusCode(200);
      refused(send(user("sa-other", assertion, KEN)), "unauthorized_client", "not-allowed");
      refused(send(user("sa-none", assertion, KEN)), "unauthorized_client", "not-allowed");
    }

    @Test
    void only_a_workload_that_may_act_for_anyone_chooses_the_key() {
      registry.exchange("choice");
      registry.register(
          workload("choice-all", serviceAccount("system:sa:choice-all"), anyone("choice")));
      registry.register(
          workload(
              "choice-one",
              serviceAccount("system:sa:choice-one"),
              new MayRequest("choice", null)));
      String current = keys.ring().current().id();

      send(with(
              user("choice", OidcIssuer.token("system:sa:choice-all"), KEN),
              "signing_key",
              current))
          .statusCode(200);
      refused(
          send(
              with(
                  actor("choice", OidcIssuer.token("system:sa:choice-one")),
                  "signing_key",
                  current)),
          "unauthorized_client",
          "not-allowed");
    }

    @Test
    void a_disabled_or_removed_workload_is_unknown_at_once() {
      registry.exchange("off-exchange");
      var probe = workload("off-probe", serviceAccount("system:sa:off"), anyone("*"));
      registry.register(probe);
      String assertion = OidcIssuer.token("system:sa:off");
      send(actor("off-exchange", assertion)).statusCode(200);

      registry.register(disabled(probe));
      invalidClient(assertion);

      registry.register(workload("off-probe", serviceAccount("system:sa:off"), anyone("*")));
      send(actor("off-exchange", assertion)).statusCode(200);
      registry.remove("off-probe");
      invalidClient(assertion);
    }

    @Test
    void a_service_account_of_two_workloads_is_neither() {
      registry.register(workload("twin-one", serviceAccount("system:sa:twin"), anyone("*")));
      registry.register(workload("twin-two", serviceAccount("system:sa:twin"), anyone("*")));

      invalidClient(OidcIssuer.token("system:sa:twin"));
    }

    @Test
    void a_workload_without_users_gets_an_actor_token_that_can_name_none() {
      registry.exchange("itself-exchange");
      registry.register(
          workload(
              "itself",
              serviceAccount("system:sa:itself"),
              new MayRequest("itself-exchange", null)));
      String assertion = OidcIssuer.token("system:sa:itself");

      var accepted =
          (Accepted)
              validate(token(actor("itself-exchange", assertion)), "autodiscover.litwareinc.com");
      assertThat(accepted.actor().trustedForDelegation()).isFalse();
      refused(send(user("itself-exchange", assertion, KEN)), "unauthorized_client", "not-allowed");
    }

    @Test
    void a_workload_with_a_key_of_its_own_proves_itself_once_with_each_assertion() {
      registry.exchange("key-exchange");
      var key = TestKeys.rsa();
      registry.register(
          workload("key-probe", certificates(key.certificate().pem()), anyone("key-exchange")));

      String assertion = assertion("key-probe", key, "https://token.litwareinc.com/oauth2/token");
      send(actor("key-exchange", assertion)).statusCode(200);
      invalidClient(assertion);
      send(actor("key-exchange", assertion("key-probe", key, "https://token.litwareinc.com")))
          .statusCode(200);
      invalidClient(assertion("key-probe", key, "https://another.litwareinc.com"));
      invalidClient(
          assertion("key-probe", TestKeys.rsa(), "https://token.litwareinc.com/oauth2/token"));
    }

    @Test
    void an_unknown_client_and_a_wrong_proof_look_alike() {
      var key = TestKeys.rsa();
      registry.register(workload("alike", certificates(key.certificate().pem()), anyone("*")));
      var wrong = TestKeys.rsa();

      String known = invalidClient(assertion("alike", wrong, "https://token.litwareinc.com"));
      String unknown = invalidClient(assertion("nobody", wrong, "https://token.litwareinc.com"));

      assertThat(known).isEqualTo(unknown);
    }

    @Test
    void a_client_id_must_be_that_of_the_client() {
      registry.exchange("id-exchange");

      send(with(actor("id-exchange", OidcIssuer.admin()), "client_id", "ann")).statusCode(200);
      send(with(actor("id-exchange", OidcIssuer.admin()), "client_id", "bob"))
          .statusCode(401)
          .body("error", equalTo("invalid_client"));
    }

    @Test
    void a_token_of_the_issuer_that_does_not_hold_proves_nothing() {
      invalidClient(OidcIssuer.viewer());
      invalidClient(OidcIssuer.token("nobody"));
      invalidClient(
          OidcIssuer.token(
              TestKeys.nobodyElses().privateKey(), it -> it.claim("groups", List.of("admin"))));
      invalidClient(
          OidcIssuer.token(
              OidcIssuer.key(), it -> it.issuer("another").claim("groups", List.of("admin"))));
      invalidClient(
          OidcIssuer.token(
              OidcIssuer.key(),
              it ->
                  it.expirationTime(Date.from(Instant.now().minusSeconds(60)))
                      .claim("groups", List.of("admin"))));
      invalidClient(OidcIssuer.keyedWithThePublicKey());
      invalidClient("rubbish");
      invalidClient("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4iLCJncm91cHMiOlsiYWRtaW4iXX0.");
    }
  }

  @Nested
  class Requests {

    @ParameterizedTest
    @ValueSource(strings = {"grant_type", "client_assertion_type", "client_assertion", "audience"})
    void without_what_they_need_are_refused(String parameter) {
      malformed(send(without(actor("any", OidcIssuer.admin()), parameter)), parameter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"subject_token", "subject_token_type"})
    void for_a_user_without_the_user_are_refused(String parameter) {
      malformed(send(without(user("any", OidcIssuer.admin(), KEN), parameter)), parameter);
    }

    @ParameterizedTest
    @CsvSource({
      "client_assertion_type, urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
      "subject_token_type, urn:ietf:params:oauth:token-type:saml2",
      "requested_token_type, urn:ietf:params:oauth:token-type:saml2",
      "client_secret, hush",
      "actor_token, eyJ"
    })
    void with_what_is_not_taken_are_refused(String parameter, String value) {
      malformed(send(with(user("any", OidcIssuer.admin(), KEN), parameter, value)), parameter);
    }

    @Test
    void for_an_actor_token_that_name_a_user_are_refused() {
      malformed(
          send(with(actor("any", OidcIssuer.admin()), "user_smtp", "a@litwareinc.com")),
          "user_smtp");
    }

    @Test
    void of_another_grant_type_are_refused() {
      refused(
          send(with(actor("any", OidcIssuer.admin()), "grant_type", "password")),
          "unsupported_grant_type",
          "unsupported-grant-type");
    }

    @Test
    void with_a_parameter_twice_are_refused() {
      malformed(sendBody(FORM, "grant_type=client_credentials&grant_type=password"), "twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain"})
    void of_another_content_type_are_refused(String contentType) {
      malformed(sendBody(contentType, "{}"), FORM);
    }

    @Test
    void that_prove_the_client_twice_are_refused() {
      malformed(
          plain()
              .contentType(FORM)
              .header("Authorization", "Basic YTpi")
              .formParams(actor("any", OidcIssuer.admin()))
              .post("/oauth2/token")
              .then(),
          "Authorization");
    }

    @Test
    void that_are_too_long_are_refused() {
      malformed(sendBody(FORM, "grant_type=" + "x".repeat(17_000)), "16384");
      sendBody(FORM, "grant_type=" + "x".repeat(70_000)).statusCode(413);
    }

    @Test
    void never_bring_a_header_or_line_of_their_own() {
      malformed(
              sendBody(FORM, "grant_type=client_credentials%0d%0aX-Injected:%201"),
              "control characters")
          .header("X-Injected", nullValue());
      refused(
              send(actor("a\"b\\c<script>", OidcIssuer.admin())),
              "invalid_target",
              "unknown-partner")
          .body("error_description", allOf(containsString("a'b?c"), not(containsString("\\"))));
    }
  }

  @Test
  void the_service_is_ready_and_says_with_which_key() {
    RestAssured.get(readiness)
        .then()
        .statusCode(200)
        .body("checks.find { it.name == 'signing-key' }.data.keyId", equalTo(ourKey().x5t()));
  }

  private static io.restassured.response.ValidatableResponse refused(
      io.restassured.response.ValidatableResponse answer, String error, String reason) {
    return answer
        .statusCode(400)
        .header("Cache-Control", "no-store")
        .contentType("application/json")
        .body("error", equalTo(error))
        .body("reason", equalTo(reason))
        .body("access_token", nullValue());
  }

  private static io.restassured.response.ValidatableResponse malformed(
      io.restassured.response.ValidatableResponse answer, String what) {
    return refused(answer, "invalid_request", "malformed-request")
        .body("error_description", containsString(what));
  }

  private static String invalidClient(String assertion) {
    return send(actor("any", assertion))
        .statusCode(401)
        .body("error", equalTo("invalid_client"))
        .extract()
        .asString();
  }

  private static String assertion(String client, TestKeys.Pair key, String audience) {
    return OidcIssuer.signed(
        key.privateKey(),
        new JWTClaimsSet.Builder()
            .issuer(client)
            .subject(client)
            .audience(audience)
            .expirationTime(Date.from(Instant.now().plusSeconds(300)))
            .jwtID(UUID.randomUUID().toString())
            .build());
  }

  /** What an Exchange that reads our published certificate makes of a token. */
  private static Verdict validate(String token, String hostCalled) {
    var us = PrincipalName.parse("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com");
    return TokenValidation.withDefaults()
        .validate(
            token,
            Receiver.of(
                    EXCHANGE_ID,
                    "litwareinc.com",
                    Set.of("autodiscover.litwareinc.com", "atl-exchange-001.litwareinc.com"))
                .calledAs(hostCalled),
            TrustedIssuer.Lookup.among(List.of(TrustedIssuer.self(us, List.of(ourKey())))),
            Instant.now());
  }

  /** Our current key as it was announced on Kafka. */
  private static SigningCertificate ourKey() {
    String events =
        RestAssured.given()
            .auth()
            .oauth2(OidcIssuer.viewer())
            .get("/v1/signing-keys/events?follow=false")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    return events
        .lines()
        .filter(line -> line.startsWith("data:"))
        .map(line -> certificate(line.substring("data:".length())))
        .findFirst()
        .orElseThrow();
  }

  private static SigningCertificate certificate(String event) {
    try {
      Map<?, ?> data = (Map<?, ?>) Json.mapper().readValue(event, Map.class).get("data");
      assertThat(data).isNotNull();
      return SigningCertificate.parse(String.valueOf(data.get("certificate")));
    } catch (IOException e) {
      throw new AssertionError(event, e);
    }
  }
}
