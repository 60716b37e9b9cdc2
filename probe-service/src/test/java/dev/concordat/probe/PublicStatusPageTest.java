package dev.concordat.probe;

import static io.restassured.RestAssured.given;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(PublicStatusPageTest.PublicPage.class)
@QuarkusTestResource(value = RunningSuite.class, restrictToAnnotatedClass = true)
class PublicStatusPageTest {

  public static final class PublicPage implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("concordat.probe.status-page.public", "true");
    }
  }

  @Test
  void where_it_is_said_to_be_public_everybody_reads_the_page_and_nothing_else() {
    given().get("/").then().statusCode(200);
    given().get("/v1/probes").then().statusCode(401);
  }
}
