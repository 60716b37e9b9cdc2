package dev.concordat.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.cli.Connection.Service;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerRegistered;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Every registered partner, page by page, one in memory at a time. */
final class RegisteredPartners {

  /** Unlike that for events it reads a partner out of the middle of a long answer. */
  private static final JsonMapper PAGES =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(Json.MAX_DEPTH).build())
              .build());

  private final ServiceClient client;

  RegisteredPartners(ServiceClient client) {
    this.client = client;
  }

  /** In the order of their names. */
  void forEach(Consumer<PartnerRegistered> each) {
    String cursor = null;
    do {
      cursor = page(cursor, each);
    } while (cursor != null);
  }

  private @Nullable String page(@Nullable String cursor, Consumer<PartnerRegistered> each) {
    String path =
        "/v1/partners?limit=1000"
            + (cursor == null ? "" : "&cursor=" + ServiceClient.encoded(cursor));
    String next = null;
    try (var body = client.open(Service.REGISTRY, path);
        JsonParser page = PAGES.createParser(body)) {
      if (page.nextToken() != JsonToken.START_OBJECT) {
        throw notOurs();
      }
      while (page.nextToken() == JsonToken.FIELD_NAME) {
        String field = page.currentName();
        JsonToken value = page.nextToken();
        if (field.equals("items") && value == JsonToken.START_ARRAY) {
          while (page.nextToken() == JsonToken.START_OBJECT) {
            JsonNode partner = PAGES.readTree(page);
            each.accept(Json.mapper().treeToValue(partner, PartnerRegistered.class));
          }
        } else if (field.equals("next") && value == JsonToken.VALUE_STRING) {
          next = page.getText();
        } else {
          page.skipChildren();
        }
      }
      return next;
    } catch (JsonProcessingException e) {
      throw notOurs();
    } catch (IOException e) {
      throw client.unreachable(Service.REGISTRY, e);
    }
  }

  private static CommandFailure notOurs() {
    return new CommandFailure(
        CommandFailure.UNREACHABLE,
        "The trust-registry answers something that is no list of partners; does the URL lead to Concordat?");
  }
}
