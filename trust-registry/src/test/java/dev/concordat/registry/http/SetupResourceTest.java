package dev.concordat.registry.http;

import static dev.concordat.registry.http.Callers.as;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.messaging.EventPublisher;
import dev.concordat.registry.deciding.CommandDesk;
import dev.concordat.registry.deciding.DecidingLoop;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What partners are told, over HTTP, with a real broker and really signed tokens. */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
class SetupResourceTest {

  @Inject CommandDesk desk;
  @Inject DecidingLoop deciding;
  @Inject EventPublisher publisher;

  @BeforeEach
  void decides() {
    await().atMost(Duration.ofSeconds(40)).until(() -> desk.isListening() && deciding.isDeciding());
  }

  @Test
  void a_registered_partner_gets_steps_with_this_deployments_own_values() {
    register("setup-exchange", "exchange");

    as("viewer")
        .accept("*/*")
        .get("/v1/partners/Setup-Exchange/setup")
        .then()
        .statusCode(200)
        .contentType("application/json")
        .body("partner", equalTo("setup-exchange"))
        .body("us.issuer", equalTo(RunningSuite.IDENTIFIER + "@litwareinc.com"))
        .body("us.metadataUrl", equalTo(RunningSuite.PUBLIC_URL + "/metadata/json/1"))
        .body("steps[1].where", containsString("Exchange Management Shell"))
        .body("steps[1].why", notNullValue())
        .body("steps[1].check", containsString("Get-PartnerApplication"))
        .body("steps[1].timing", containsString("15 minutes"))
        .body("here.command", hasItem("./concordat partner refresh setup-exchange"));
  }

  @Test
  void as_plain_text_it_is_one_script_to_save_or_to_paste() {
    register("setup script", "exchange");

    Response script =
        as("admin").accept("text/plain").get("/v1/partners/{name}/setup", "setup script");

    assertThat(script.statusCode()).isEqualTo(200);
    assertThat(script.header("Content-Type")).startsWith("text/plain");
    assertThat(script.header("Content-Disposition")).contains("setup-script-setup.ps1");
    assertThat(script.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(new String(script.asByteArray(), StandardCharsets.UTF_8))
        .startsWith("& {\r\n")
        .contains("$url = '" + RunningSuite.PUBLIC_URL + "/metadata/json/1'");
  }

  @Test
  void a_partner_that_no_cmdlet_is_for_has_no_script() {
    register("setup-generic", "generic");

    as("viewer")
        .accept("text/plain")
        .get("/v1/partners/setup-generic/setup")
        .then()
        .statusCode(406)
        .contentType("application/problem+json")
        .body("type", endsWith(":no-script"));
    as("viewer").get("/v1/partners/setup-generic/setup").then().statusCode(200);
  }

  @Test
  void servers_without_a_route_to_us_get_the_certificate_that_signs_now() throws Exception {
    register("setup-skype", "skype");
    String before = certificate("previous");
    String current = certificate("current");
    publish(before, Phase.PREVIOUS);
    publish(current, Phase.CURRENT);
    publish(certificate("next"), Phase.NEXT);

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                as("viewer")
                    .queryParam("form", "certificate")
                    .get("/v1/partners/setup-skype/setup")
                    .then()
                    .statusCode(200)
                    .body("script", containsString("'" + current + "'"))
                    .body(
                        "us.certificate", equalTo(SigningCertificate.parse(current).thumbprint())));
  }

  @Test
  void a_partner_is_set_up_by_its_url_alone_before_it_is_registered() {
    as("viewer")
        .queryParam("kind", "sharepoint")
        .queryParam("metadataUrl", "https://sp.fabrikam.com/_layouts/15/metadata/json/1")
        .queryParam("name", "fabrikam farm")
        .queryParam("siteUrl", "https://sp.fabrikam.com/sites/o'neil")
        .get("/v1/setup")
        .then()
        .statusCode(200)
        .body("script", containsString("$site = 'https://sp.fabrikam.com/sites/o%27neil'"))
        .body(
            "here[0].command",
            equalTo(
                "./concordat partner new 'fabrikam farm' --metadata-url"
                    + " https://sp.fabrikam.com/_layouts/15/metadata/json/1 --kind sharepoint"));
    as("viewer").get("/v1/partners/fabrikam farm").then().statusCode(404);
  }

  @Test
  void what_does_not_hold_is_a_problem_that_names_it() {
    register("setup-refused", "exchange");

    as("viewer")
        .queryParam("form", "certificate")
        .get("/v1/partners/setup-refused/setup")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("type", endsWith(":parameter-malformed"))
        .body("field", equalTo("form"));
    as("viewer")
        .queryParam("kind", "exchange")
        .queryParam("metadataUrl", "https://u:p@x/")
        .get("/v1/setup")
        .then()
        .statusCode(400)
        .body("field", equalTo("metadataUrl"));
    as("viewer")
        .get("/v1/partners/setup-absent/setup")
        .then()
        .statusCode(404)
        .body("type", endsWith(":partner-unknown"));
  }

  @Test
  void nobody_is_told_without_a_role() {
    given().get("/v1/partners/x/setup").then().statusCode(401);
    given().get("/v1/setup").then().statusCode(401);
    as("stranger").get("/v1/partners/x/setup").then().statusCode(403);
    as("stranger").get("/v1/setup").then().statusCode(403);
  }

  private static void register(String name, String kind) {
    as("admin")
        .contentType(ContentType.JSON)
        .body(
            """
            {"kind":"%s","applicationIdentifier":"%s","realm":"litwareinc.com",
             "trust":{"metadataUrl":"https://setup.litwareinc.com/metadata/json/1"}}
            """
                .formatted(
                    kind, java.util.UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))))
        .put("/v1/partners/{name}", name)
        .then()
        .statusCode(org.hamcrest.Matchers.oneOf(200, 201));
  }

  private void publish(String certificate, Phase phase) throws Exception {
    String keyId = SigningCertificate.parse(certificate).x5t();
    publisher
        .publish(keyId, new SigningKeyPublished(keyId, certificate, phase, Instant.now(), null))
        .toCompletableFuture()
        .get();
  }

  private static String certificate(String name) throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var keys = generator.generateKeyPair();
    var subject = new X500Principal("CN=" + name);
    var certificate =
        new JcaX509v3CertificateBuilder(
                subject,
                BigInteger.ONE,
                Date.from(Instant.parse("2026-01-01T00:00:00Z")),
                Date.from(Instant.parse("2031-01-01T00:00:00Z")),
                subject,
                keys.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()));
    return SigningCertificate.of(new JcaX509CertificateConverter().getCertificate(certificate))
        .base64();
  }
}
