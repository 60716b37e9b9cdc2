package dev.concordat.simulator.autodiscover;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.mailboxes.Mailboxes.Redirection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Autodiscover in JSON, which tells anyone where a protocol is (ews.md 1.3). */
final class JsonAutodiscover {

  private static final String SUPPORTED = "ActiveSync,AutodiscoverV1,Ews";

  private final Mailboxes mailboxes;
  private final String ewsUrl;

  JsonAutodiscover(Mailboxes mailboxes, String ewsUrl) {
    this.mailboxes = mailboxes;
    this.ewsUrl = ewsUrl;
  }

  HttpAnswer answer(String address, String protocol) {
    if (protocol.isEmpty()) {
      return error(
          400, "MandatoryParameterMissing", "A valid value must be provided for 'Protocol'.");
    }
    String root = ewsUrl.substring(0, ewsUrl.indexOf('/', "https://".length()));
    Optional<String> url =
        switch (protocol.toLowerCase(java.util.Locale.ROOT)) {
          case "ews" -> Optional.of(ewsUrl);
          case "autodiscoverv1" -> Optional.of(root + "/autodiscover/autodiscover.xml");
          case "activesync" -> Optional.of(root + "/Microsoft-Server-ActiveSync");
          default -> Optional.empty();
        };
    if (url.isEmpty()) {
      return error(
          400,
          "ProtocolNotSupported",
          "The given protocol value '%s' is not supported. Supported values are '%s'"
              .formatted(protocol.length() > 60 ? protocol.substring(0, 60) : protocol, SUPPORTED));
    }
    Optional<Redirection> redirection = mailboxes.redirection(address);
    if (redirection.isPresent() && redirection.get().isUrl()) {
      return HttpAnswer.empty(302).with("Location", redirection.get().target());
    }
    if (mailboxes.find(address).isEmpty()) {
      return error(404, "UserNotFound", "The given user is not found.");
    }
    var answer = new LinkedHashMap<String, String>();
    answer.put("Protocol", protocol);
    answer.put("Url", url.get());
    return json(200, answer);
  }

  private static HttpAnswer error(int status, String code, String message) {
    var answer = new LinkedHashMap<String, String>();
    answer.put("ErrorCode", code);
    answer.put("ErrorMessage", message);
    return json(status, answer);
  }

  private static HttpAnswer json(int status, Map<String, String> content) {
    try {
      return HttpAnswer.json(status, Json.mapper().writeValueAsString(content));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts that can't be written", e);
    }
  }
}
