package dev.concordat.cli.powershell;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The objects in a JSON text as {@code ConvertTo-Json} writes it: one, several in an array or one
 * behind the other, each list perhaps wrapped in {@code {"value": […], "Count": n}}. Names lose
 * their case, members that nobody asks for are not kept, arrays of byte numbers become bytes, and
 * whatever may be a secret is not even looked at.
 */
final class ExportJson {

  /** Deepest nesting. */
  static final int MAX_DEPTH = 32;

  /** Most objects in a file. */
  static final int MAX_OBJECTS = 10_000;

  /** Most values kept of a file, so that a small file can't fill the memory. */
  private static final int MAX_VALUES = 1_000_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /** Every member that is asked for somewhere, nested ones included. */
  private static final Set<String> ASKED_FOR =
      Set.of(
          // partner applications
          "name",
          "identity",
          "enabled",
          "applicationidentifier",
          "realm",
          "authmetadataurl",
          "useauthserver",
          "certificatestrings",
          "acceptsecurityidentifierinformation",
          "linkedaccount",
          "actaspermissions",
          "apponlypermissions",
          "applicationtrustlevel",
          "trustlevel",
          "authtoken",
          "useoauthserver",
          "oauthserver",
          // auth servers
          "issueridentifier",
          "tokenissuingendpoint",
          "authorizationendpoint",
          "isdefaultauthorizationendpoint",
          // token issuers of SharePoint
          "registeredissuername",
          "nameid",
          "isselfissuer",
          "metadataendpoint",
          "signingcertificate",
          "additionalsigningcertificates",
          // within those
          "value",
          "count",
          "key",
          "distinguishedname",
          "originalstring",
          "absoluteuri",
          "metadataurl",
          "certificate",
          "certificaterawdata",
          "rawdata",
          "thumbprint",
          "notafter");

  private final JsonParser parser;
  private int values;

  private ExportJson(JsonParser parser) {
    this.parser = parser;
  }

  static List<ObjectNode> objects(String text) throws UnreadableExport {
    try (JsonParser parser = FACTORY.createParser(text)) {
      return new ExportJson(parser).objects();
    } catch (JsonEOFException e) {
      throw new UnreadableExport("It ends in the middle%s: it was cut.".formatted(where(e)));
    } catch (StreamConstraintsException e) {
      throw new UnreadableExport(
          "It is nested deeper than %d levels, or has a value that is too long. Write it again with -Depth 4."
              .formatted(MAX_DEPTH));
    } catch (JacksonException e) {
      throw new UnreadableExport("It is no JSON%s.".formatted(where(e)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<ObjectNode> objects() throws IOException, UnreadableExport {
    var found = new ArrayList<ObjectNode>();
    while (parser.nextToken() != null) {
      add(value(), found);
    }
    return found;
  }

  private static void add(JsonNode value, List<ObjectNode> found) throws UnreadableExport {
    switch (value) {
      case ObjectNode object -> {
        if (found.size() == MAX_OBJECTS) {
          throw new UnreadableExport(
              "It has more than %d objects. Split it.".formatted(MAX_OBJECTS));
        }
        found.add(object);
      }
      case ArrayNode array -> {
        for (JsonNode item : array) {
          add(item, found);
        }
      }
      case NullNode _ -> {}
      default ->
          throw new UnreadableExport(
              "It holds a bare %s where an object is expected. Pipe the cmdlet's objects into ConvertTo-Json, without -Property or Format-… in between."
                  .formatted(
                      value.isTextual() ? "text" : value.isBoolean() ? "boolean" : "number"));
    }
  }

  private JsonNode value() throws IOException, UnreadableExport {
    if (++values > MAX_VALUES) {
      throw new UnreadableExport("It has more than %d values. Split it.".formatted(MAX_VALUES));
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_TRUE -> BooleanNode.TRUE;
      case VALUE_FALSE -> BooleanNode.FALSE;
      case VALUE_NULL -> NullNode.instance;
      case VALUE_NUMBER_INT ->
          parser.getTextLength() <= 18
              ? LongNode.valueOf(parser.getLongValue())
              : TextNode.valueOf(parser.getText());
      default -> TextNode.valueOf(parser.getText());
    };
  }

  private JsonNode object() throws IOException, UnreadableExport {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    Map<String, String> names = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String folded = name.toLowerCase(Locale.ROOT);
      String twin = names.putIfAbsent(folded, name);
      if (twin != null) {
        throw new UnreadableExport(
            "An object has the member %s twice%s, at line %d: nobody can tell which counts."
                .formatted(
                    Shown.text(name),
                    twin.equals(name) ? "" : ", also as " + Shown.text(twin),
                    parser.currentTokenLocation().getLineNr()));
      }
      parser.nextToken();
      if (ASKED_FOR.contains(folded) && !maybeSecret(folded)) {
        object.set(folded, value());
      } else {
        parser.skipChildren();
      }
    }
    // Windows PowerShell wraps a list so that came out of another pipeline.
    JsonNode wrapped = object.get("value");
    return wrapped != null && names.size() == 2 && object.has("count") && isList(wrapped)
        ? wrapped
        : object;
  }

  private JsonNode array() throws IOException, UnreadableExport {
    ArrayNode items = JsonNodeFactory.instance.arrayNode();
    var bytes = new ByteArrayOutputStream();
    boolean onlyBytes = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (onlyBytes && isByte()) {
        bytes.write(parser.getIntValue());
        continue;
      }
      if (onlyBytes) {
        onlyBytes = false;
        for (byte each : bytes.toByteArray()) {
          items.add(each & 0xFF);
        }
      }
      items.add(value());
    }
    return onlyBytes && bytes.size() > 0 ? BinaryNode.valueOf(bytes.toByteArray()) : items;
  }

  private boolean isByte() throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getTextLength() > 3) {
      return false;
    }
    int number = parser.getIntValue();
    return number >= 0 && number <= 255;
  }

  private static boolean isList(JsonNode node) {
    return node.isArray() || node.isBinary();
  }

  private static boolean maybeSecret(String folded) {
    return folded.contains("secret")
        || folded.contains("password")
        || folded.contains("privatekey");
  }

  private static String where(JacksonException e) {
    var location = e.getLocation();
    return location == null || location.getLineNr() < 1
        ? ""
        : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
  }
}
