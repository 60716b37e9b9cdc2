package dev.concordat.registry.http;

import static dev.concordat.registry.http.Callers.as;
import static dev.concordat.registry.http.Callers.body;
import static dev.concordat.registry.http.Callers.put;
import static dev.concordat.registry.http.Callers.token;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.concordat.registry.deciding.CommandDesk;
import dev.concordat.registry.deciding.DecidingLoop;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The registry over HTTP, with a real broker and really signed tokens. */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
class PartnerResourceTest {

  private static final String URL =
      "https://autodiscover.litwareinc.com/autodiscover/metadata/json/1";

  @Inject CommandDesk desk;
  @Inject DecidingLoop deciding;

  @BeforeEach
  void decides() {
    await().atMost(Duration.ofSeconds(40)).until(() -> desk.isListening() && deciding.isDeciding());
  }

  @Test
  void a_partner_is_created_read_replaced_and_removed() throws Exception {
    put("journey", body(URL))
        .statusCode(201)
        .header("Concordat-Outcome", "created")
        .body("kind", equalTo("exchange"))
        .body("applicationIdentifier", equalTo("00000002-0000-0ff1-ce00-000000000000"))
        .body("trustLevel", equalTo("full"))
        .body("enabled", equalTo(true))
        .body("changedBy", equalTo("alice"));

    Response read = as("viewer").get("/v1/partners/journey");
    String etag = read.header("ETag");
    assertThat(read.statusCode()).isEqualTo(200);
    as("viewer").header("If-None-Match", etag).get("/v1/partners/journey").then().statusCode(304);

    put("journey", body(URL))
        .statusCode(200)
        .header("Concordat-Outcome", "unchanged")
        .header("ETag", etag);
    put("journey", body(URL + "?v=2")).statusCode(200).header("Concordat-Outcome", "replaced");

    as("admin").header("If-Match", etag).delete("/v1/partners/journey").then().statusCode(412);
    as("admin").delete("/v1/partners/journey").then().statusCode(204);
    as("viewer")
        .get("/v1/partners/journey")
        .then()
        .statusCode(404)
        .body("type", endsWith("partner-unknown"));
    as("admin").delete("/v1/partners/journey").then().statusCode(404);
  }

  @Test
  void a_name_that_must_be_free_is_refused_when_taken() throws Exception {
    put("taken", body(URL)).statusCode(201);

    as("admin")
        .header("If-None-Match", "*")
        .contentType(ContentType.JSON)
        .body(body(URL))
        .put("/v1/partners/taken")
        .then()
        .statusCode(412)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:concordat:problem:name-taken"))
        .body("field", equalTo("name"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          not JSON        | {"kind"                                                       | 400 | body-malformed
          empty           | ``                                                            | 400 | body-malformed
          null            | null                                                          | 400 | body-malformed
          duplicate names | {"kind":"exchange","kind":"skype"}                            | 400 | body-malformed
          unknown field   | {"kind":"exchange","colour":"red","trust":{"metadataUrl":"x"}} | 400 | body-malformed
          unknown kind    | {"kind":"lotus"}                                              | 400 | body-malformed
          two trusts      | {"kind":"exchange","trust":{"metadataUrl":"https://x/","tokenServer":"y"}} | 400 | body-malformed
          kind not told   | {"trust":{"metadataUrl":"https://x/y"}}                       | 400 | body-malformed
          no trust        | {"kind":"exchange"}                                           | 422 | partner-malformed
          plain http      | {"kind":"exchange","trust":{"metadataUrl":"http://x/"}}       | 422 | partner-malformed
          """)
  void bad_bodies_are_refused_with_their_place_and_no_trace(
      String what, String body, int status, String code) throws Exception {
    ValidatableResponse refused = put("bad", body).statusCode(status);

    refused
        .contentType("application/problem+json")
        .body("type", equalTo("urn:concordat:problem:" + code))
        .body("detail", notNullValue());
    assertThat(refused.extract().body().asString())
        .as(what)
        .doesNotContain("com.fasterxml")
        .doesNotContain("\tat ");
  }

  @Test
  void an_unknown_field_is_named() throws Exception {
    put("bad", "{\"kind\":\"exchange\",\"trust\":{\"metadataUrl\":\"https://x/\"},\"colour\":1}")
        .statusCode(400)
        .body("detail", containsString("colour"));
  }

  @Test
  void ten_thousand_levels_and_ten_megabytes_are_refused() throws Exception {
    put("deep", "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000)).statusCode(400);
    // It is refused before it is read, so a client may meet a closed connection while it still
    // sends.
    var large = "{\"x\":\"" + "y".repeat(10_000_000) + "\"}";
    var client = HttpClient.newHttpClient();
    try {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(
                      URI.create(
                          RestAssured.baseURI + ":" + RestAssured.port + "/v1/partners/large"))
                  .header("Authorization", "Bearer " + token("admin"))
                  .header("Content-Type", "application/json")
                  .PUT(HttpRequest.BodyPublishers.ofString(large))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(413);
    } catch (IOException closedEarly) {
      assertThat(closedEarly).isNotNull();
    } finally {
      client.shutdownNow();
    }
    as("viewer").get("/v1/partners").then().statusCode(200);
  }

  @Test
  void pages_follow_each_other_in_the_order_of_names() throws Exception {
    IntStream.range(0, 5).forEach(i -> put("page-" + i, body("https://page/" + i)).statusCode(201));
    String cursor = null;
    var seen = new java.util.ArrayList<String>();
    do {
      RequestSpecification request = as("viewer").queryParam("limit", 2);
      Response page =
          (cursor == null ? request : request.queryParam("cursor", cursor)).get("/v1/partners");
      seen.addAll(page.jsonPath().getList("items.name", String.class));
      cursor = page.jsonPath().getString("next");
    } while (cursor != null);

    assertThat(seen)
        .containsSubsequence("page-0", "page-1", "page-2", "page-3", "page-4")
        .doesNotHaveDuplicates();
    as("viewer")
        .queryParam("kind", "skype")
        .get("/v1/partners")
        .then()
        .statusCode(200)
        .body("items", hasSize(0))
        .body("next", nullValue());
    as("viewer").queryParam("limit", 0).get("/v1/partners").then().statusCode(400);
    as("viewer").queryParam("kind", "lotus").get("/v1/partners").then().statusCode(400);
    as("viewer").queryParam("cursor", "%%%").get("/v1/partners").then().statusCode(400);
  }

  @Test
  void nobody_reads_without_a_role_and_only_admins_write() throws Exception {
    given().get("/v1/partners").then().statusCode(401);
    given().header("Authorization", "Bearer x.y.z").get("/v1/partners").then().statusCode(401);
    as("stranger").get("/v1/partners").then().statusCode(403);
    as("viewer").get("/v1/partners").then().statusCode(200);
    as("viewer")
        .contentType(ContentType.JSON)
        .body(body(URL))
        .put("/v1/partners/x")
        .then()
        .statusCode(403);
    as("viewer").delete("/v1/partners/x").then().statusCode(403);
    given().get("/v1/partners/events").then().statusCode(401);
    given().get("/elsewhere").then().statusCode(401);
  }

  @Test
  void the_feed_replays_what_was_decided_as_cloud_events() throws Exception {
    put("fed", body("https://fed/x")).statusCode(201);

    String feed =
        as("viewer").queryParam("follow", false).get("/v1/partners/events").body().asString();

    assertThat(feed)
        .contains("id:")
        .contains("\"type\":\"dev.concordat.PartnerRegistered.v1\"")
        .contains("\"subject\":\"fed\"");
    as("viewer")
        .header("Last-Event-ID", "elsewhere-0:1")
        .get("/v1/partners/events")
        .then()
        .statusCode(400);
  }
}
