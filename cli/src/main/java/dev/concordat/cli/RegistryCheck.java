package dev.concordat.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import dev.concordat.cli.ServiceClient.Attempt;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the registry what declarations would come to, without writing anything: {@code POST
 * /v1/partners/check}. It asks in batches that fit into what a connection holds, as HTTP/1.1
 * clients send before they read. Each batch begins with the token servers that it names and that
 * were added before, so that each partner is checked as if they were registered.
 */
final class RegistryCheck {

  private static final int MOST_BYTES = 256 * 1024;

  /**
   * What the registry would do.
   *
   * @param outcome {@code created}, {@code replaced}, {@code unchanged} or {@code refused}
   * @param before its state now, where it is registered and would change or is refused
   * @param after its state then, where it would change
   * @param problem why it is refused
   */
  record Answer(
      String outcome,
      @Nullable PartnerRegistered before,
      @Nullable PartnerApplication after,
      @Nullable Problem problem) {

    boolean changes() {
      return outcome.equals("created") || outcome.equals("replaced");
    }

    boolean refused() {
      return outcome.equals("refused");
    }

    /** The problem in its own words. */
    String why() {
      if (problem == null) {
        return "Refused, and no reason was given.";
      }
      String detail = problem.detail();
      return detail == null ? problem.title() + "." : problem.title() + ". " + detail;
    }
  }

  /** Hears each answer, in the order of the questions. */
  interface Listener {
    void answered(PartnerApplication asked, Answer answer);
  }

  private final ServiceClient client;
  private final String path;
  private final Listener listener;
  private final Map<String, PartnerApplication> tokenServers = new HashMap<>();
  private final List<PartnerApplication> batch = new ArrayList<>();
  private int bytes;

  RegistryCheck(ServiceClient client, Consent consent, Listener listener) {
    this.client = client;
    this.path = "/v1/partners/check" + consent.query();
    this.listener = listener;
  }

  /** Asks about one more, sooner or later. */
  void add(PartnerApplication asked) {
    int length = PartnerBody.line(asked).length + 1;
    if (bytes + length > MOST_BYTES && !batch.isEmpty()) {
      flush();
    }
    batch.add(asked);
    bytes += length;
  }

  /** Asks about the rest. */
  void flush() {
    if (batch.isEmpty()) {
      return;
    }
    Map<String, PartnerApplication> heads = heads();
    var body = new ByteArrayOutputStream(bytes + 4096);
    heads.values().forEach(it -> write(body, it));
    batch.forEach(it -> write(body, it));
    var answers = new ArrayList<Answer>(batch.size());
    Attempt attempt;
    try {
      attempt =
          Patience.ask(
              () -> {
                answers.clear();
                return client.lines(
                    Service.REGISTRY, path, body.toByteArray(), it -> answers.add(answer(it)));
              });
    } catch (IOException e) {
      throw client.unreachable(Service.REGISTRY, e);
    }
    if (!attempt.good()) {
      throw client.refused(Service.REGISTRY, attempt);
    }
    if (answers.size() != heads.size() + batch.size()) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE, "The trust-registry broke its answer off. Try again.");
    }
    for (int i = 0; i < batch.size(); i++) {
      listener.answered(batch.get(i), answers.get(heads.size() + i));
    }
    for (PartnerApplication asked : batch) {
      if (asked.kind() == PartnerKind.TOKEN_SERVER) {
        tokenServers.put(folded(asked.name()), asked);
      }
    }
    batch.clear();
    bytes = 0;
  }

  private Map<String, PartnerApplication> heads() {
    var heads = new LinkedHashMap<String, PartnerApplication>();
    for (PartnerApplication asked : batch) {
      if (asked.trust() instanceof Trust.ByTokenServer(String tokenServer)) {
        PartnerApplication before = tokenServers.get(folded(tokenServer));
        if (before != null) {
          heads.put(folded(tokenServer), before);
        }
      }
    }
    return heads;
  }

  private static void write(ByteArrayOutputStream body, PartnerApplication partner) {
    body.writeBytes(PartnerBody.line(partner));
    body.write('\n');
  }

  private static Answer answer(JsonNode line) {
    try {
      return new Answer(
          line.path("outcome").asText(),
          line.hasNonNull("before")
              ? Json.mapper().treeToValue(line.get("before"), PartnerRegistered.class)
              : null,
          line.hasNonNull("after")
              ? Json.mapper().treeToValue(line.get("after"), PartnerApplication.class)
              : null,
          line.hasNonNull("problem")
              ? Json.mapper().treeToValue(line.get("problem"), Problem.class)
              : null);
    } catch (JsonProcessingException e) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE,
          "The trust-registry answers something that this command does not know; is it of another version?");
    }
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
