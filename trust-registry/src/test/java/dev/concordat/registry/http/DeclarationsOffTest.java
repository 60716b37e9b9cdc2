package dev.concordat.registry.http;

import static dev.concordat.registry.http.Callers.as;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** A registry that follows no folder. */
@QuarkusTest
@QuarkusTestResource(RunningSuite.class)
class DeclarationsOffTest {

  @Test
  void it_says_that_no_folder_is_configured() {
    as("viewer")
        .get("/v1/declarations")
        .then()
        .statusCode(404)
        .body("type", equalTo("urn:concordat:problem:declarations-off"));
  }
}
