package dev.concordat.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerRegistered;
import java.util.List;

/** A partner application in the JSON that {@code PUT /v1/partners/{name}} takes. */
final class PartnerBody {

  private PartnerBody() {}

  static ObjectNode of(PartnerApplication partner) {
    ObjectNode body = Json.mapper().valueToTree(partner);
    if (body.path("mayRequest").isEmpty()) {
      body.remove("mayRequest");
    }
    return body;
  }

  /** What is declared of a registered one, and which file declares it. */
  static ObjectNode of(PartnerRegistered partner) {
    ObjectNode body = Json.mapper().valueToTree(partner);
    body.remove(List.of("revision", "changedAt", "changedBy"));
    if (body.path("mayRequest").isEmpty()) {
      body.remove("mayRequest");
    }
    return body;
  }

  /** One line, without its end. */
  static byte[] line(PartnerApplication partner) {
    try {
      return Json.mapper().writeValueAsBytes(of(partner));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that can't be written", e);
    }
  }

  static String path(String name) {
    return "/v1/partners/" + ServiceClient.encoded(name);
  }
}
