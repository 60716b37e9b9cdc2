package dev.concordat.registry.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerRegistered;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The shapes that answers have: JSON by the contracts' mapper, problems by RFC 9457. */
final class Answers {

  private static final String PROBLEM_JSON = "application/problem+json";

  private Answers() {}

  static Response problem(Problem problem) {
    var answer = Response.status(problem.status());
    if (problem.status() == 503) {
      answer.header(HttpHeaders.RETRY_AFTER, 5);
    }
    return json(answer, problem, PROBLEM_JSON);
  }

  static Response json(Response.ResponseBuilder answer, Object body) {
    return json(answer, body, MediaType.APPLICATION_JSON);
  }

  static byte[] bytes(Object body) {
    try {
      return Json.mapper().writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record that can't be written", e);
    }
  }

  static String etag(PartnerRegistered partner) {
    return etag(partner.revision());
  }

  static String etag(long revision) {
    return "\"" + revision + "\"";
  }

  private static Response json(Response.ResponseBuilder answer, Object body, String type) {
    return answer.entity(bytes(body)).type(type).build();
  }
}
