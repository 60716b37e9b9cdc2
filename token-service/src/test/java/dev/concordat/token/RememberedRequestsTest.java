package dev.concordat.token;

import static dev.concordat.token.Registrations.EXCHANGE_ISSUER;
import static dev.concordat.token.Registrations.anyone;
import static dev.concordat.token.Registrations.disabled;
import static dev.concordat.token.Registrations.trusted;
import static dev.concordat.token.Registrations.workload;
import static dev.concordat.token.TokenRequests.EXCHANGE_GRANT;
import static dev.concordat.token.TokenRequests.send;
import static dev.concordat.token.TokenRequests.sendAfresh;
import static dev.concordat.token.TokenRequests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.TrustLevel;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;

/** A request that was granted before and comes again: the same answer, while everything stands. */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
class RememberedRequestsTest {

  private static final String SECRET = "again and again";
  private static final String EWS = "https://atl-exchange-001.litwareinc.com/EWS/Exchange.asmx";

  @Inject Registry registry;

  @Test
  void is_answered_as_it_was_the_first_time() {
    registry.exchange("again");
    registry.register(client("again-client"));
    var form = forKen("again-client", "again");

    Response first = send(form).statusCode(200).extract().response();
    for (int time = 2; time <= 4; time++) {
      Response again = send(form).statusCode(200).extract().response();
      assertThat(again.path("access_token").toString())
          .isEqualTo(first.path("access_token").toString());
      assertThat(again.path("token_source").toString()).isEqualTo("cached");
      assertThat(again.path("issued_token_type").toString())
          .isEqualTo(first.path("issued_token_type").toString());
      for (String header : new String[] {"Content-Type", "Cache-Control", "Pragma"}) {
        assertThat(again.header(header)).as(header).isEqualTo(first.header(header));
      }
    }
  }

  @Test
  void is_signed_afresh_for_who_wants_it_so() {
    registry.exchange("afresh");
    registry.register(client("afresh-client"));
    var form = forKen("afresh-client", "afresh");
    askedBefore(form);

    sendAfresh(form).statusCode(200).body("token_source", equalTo("fresh"));
    sendAfresh(form).statusCode(200).body("token_source", equalTo("fresh"));
  }

  @Test
  void another_user_or_another_secret_is_another_request() {
    registry.exchange("another");
    registry.register(client("another-client"));
    var form = forKen("another-client", "another");
    askedBefore(form);

    String other =
        send(with(forKen("another-client", "another"), "subject_token", "sip:ann@litwareinc.com"))
            .statusCode(200)
            .extract()
            .path("access_token");
    assertThat(claims(other)).contains("ann@litwareinc.com").doesNotContain("kenmyer");
    send(with(forKen("another-client", "another"), "client_secret", "guessed")).statusCode(401);
  }

  @Test
  void is_refused_once_the_partner_is_disabled_trusted_less_or_removed() {
    PartnerRegistered partner = registry.exchange("ends");
    registry.register(client("ends-client"));
    var form = forKen("ends-client", "ends");
    askedBefore(form);

    registry.register(disabled(partner));
    refused(form, "partner-disabled");
    registry.register(trusted(partner, TrustLevel.APPLICATION));
    refused(form, "trust-level");
    registry.register(trusted(partner, TrustLevel.FULL));
    askedBefore(form);
    registry.remove("ends");
    refused(form, "unknown-partner");
  }

  @Test
  void is_refused_once_the_client_may_no_longer_ask_or_is_none() {
    registry.exchange("bounded");
    registry.register(client("bounded-client"));
    var form = forKen("bounded-client", "bounded");
    askedBefore(form);

    registry.register(client("bounded-client", new MayRequest("bounded", null)));
    refused(form, "not-allowed");
    registry.register(client("bounded-client"));
    askedBefore(form);
    registry.register(disabled(client("bounded-client")));
    send(form).statusCode(401);
    sendAfresh(form).statusCode(401);
  }

  @Test
  void names_the_partner_as_its_document_does_now() {
    registry.exchange("renamed");
    registry.register(client("renamed-client"));
    var form = forKen("renamed-client", "renamed");
    askedBefore(form);

    registry.read(
        Registrations.reading(
            "renamed",
            MetadataRefreshed.Outcome.CHANGED,
            EXCHANGE_ISSUER.replace("litwareinc.com", "fabrikam.com")));

    String token = send(form).statusCode(200).extract().path("access_token");
    assertThat(claims(token)).contains("atl-exchange-001.litwareinc.com@fabrikam.com");
  }

  private static void askedBefore(Map<String, String> form) {
    for (int time = 1; time <= 3; time++) {
      send(form).statusCode(200);
    }
  }

  private static void refused(Map<String, String> form, String reason) {
    send(form).statusCode(400).body("reason", equalTo(reason));
    sendAfresh(form).statusCode(400).body("reason", equalTo(reason));
  }

  private static String claims(String token) {
    return new String(
        Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
  }

  private static Map<String, String> forKen(String client, String partner) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", EXCHANGE_GRANT);
    form.put("client_id", client);
    form.put("client_secret", SECRET);
    form.put("audience", partner);
    form.put("resource", EWS);
    form.put("subject_token", "sip:kenmyer@litwareinc.com");
    form.put("subject_token_type", "urn:concordat:params:oauth:token-type:sip-address");
    return form;
  }

  private static PartnerRegistered client(String name) {
    return client(name, anyone("*"));
  }

  private static PartnerRegistered client(String name, MayRequest mayRequest) {
    return workload(name, new ClientAuth(null, null, null, hash()), mayRequest);
  }

  private static String hash() {
    byte[] salt = "sixteen bytes ok".getBytes(StandardCharsets.US_ASCII);
    try {
      byte[] hash =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(SECRET.toCharArray(), salt, 10_000, 256))
              .getEncoded();
      var base64 = Base64.getUrlEncoder().withoutPadding();
      return "pbkdf2-sha256:10000:%s:%s"
          .formatted(base64.encodeToString(salt), base64.encodeToString(hash));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
