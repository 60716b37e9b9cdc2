package dev.concordat.registry.declarations;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads files of declarations, in YAML or JSON: one or more documents, each a partner application
 * as in the body of {@code PUT /v1/partners/{name}}, with its name.
 *
 * <p>Stricter than that body, because nobody hears the answer: nothing is converted (a number is no
 * text, {@code yes} is no {@code true}), a field that is there has a value, and of YAML there are
 * no anchors, aliases and tags. Every problem has its place.
 */
public final class DeclarationReader {

  /** The code of what can't be read. */
  public static final String MALFORMED = "declaration-malformed";

  /** What one declaration may have: as much as the body of a request. */
  static final int LONGEST = 256 * 1024;

  /** Of how many fields the places are kept; a list's later entries are told by the list's. */
  private static final int MOST_PLACES = 200;

  private static final int MOST_PROBLEMS = 5;

  private static final String TAKE_OVER = "takeOver";
  private static final String ACCEPT_IDENTITY_CHANGE = "acceptIdentityChange";
  private static final String SCHEMA = "$schema";

  /** The fields that a file has beside those of {@link PartnerDeclaration}. */
  static final Set<String> OF_FILES = Set.of(TAKE_OVER, ACCEPT_IDENTITY_CHANGE, SCHEMA);

  /** Looked at in front, because one that says nothing of these can't be told from a slip. */
  static final Set<String> OF_TRUST =
      Set.of("metadataUrl", "caBundle", "allowHttp", "certificates", "tokenServer");

  private static final Pattern MENTION =
      Pattern.compile("name[\"']?\\s{0,8}:\\s{0,8}[\"']?([A-Za-z0-9][A-Za-z0-9 ._-]{0,44})");

  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .loaderOptions(options())
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(Json.MAX_DEPTH).build())
          .build();

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(Json.MAX_DEPTH).build())
          .build();

  private static final JsonMapper UNCONVERTED =
      PartnerDeclaration.STRICT
          .rebuild()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfigDefaults(
              it -> it.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
          .withCoercionConfig(
              LogicalType.Textual,
              it -> it.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private final List<FileDeclaration> declared = new ArrayList<>();
  private final List<FileContent.Malformed> malformed = new ArrayList<>();

  private DeclarationReader() {}

  /** Reads a file of YAML documents. */
  public static FileContent yaml(byte[] file) {
    return read(file, YAML::createParser);
  }

  /** Reads a file of JSON objects, one after the other. */
  public static FileContent json(byte[] file) {
    return read(file, JSON::createParser);
  }

  private interface Opening {
    JsonParser open(String text) throws IOException;
  }

  private static FileContent read(byte[] file, Opening opening) {
    var reader = new DeclarationReader();
    String text;
    try {
      text = text(file);
    } catch (Misplaced e) {
      return new FileContent(List.of(), List.of(e.malformed), Set.of());
    }
    try (JsonParser parser = opening.open(text)) {
      reader.read(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("a string that can't be read", e);
    }
    if (reader.declared.isEmpty() && reader.malformed.isEmpty()) {
      reader.malformed.add(
          new FileContent.Malformed(
              new Place(1, 1),
              malformed(
                  "The file declares nothing, and what it may have declared before stays."
                      + " Delete it if none is meant.")));
    }
    return new FileContent(
        reader.declared, reader.malformed, reader.malformed.isEmpty() ? Set.of() : mentions(text));
  }

  private void read(JsonParser parser) throws IOException {
    try {
      JsonToken token = parser.nextToken();
      while (token != null) {
        // Between two --- stands nothing.
        if (!isNothing(parser, token)) {
          document(parser, token);
        }
        token = parser.nextToken();
      }
    } catch (JacksonException e) {
      malformed.add(unparsable(e, parser));
    }
  }

  private void document(JsonParser parser, JsonToken first) throws IOException {
    Place place = place(parser.currentTokenLocation());
    var tree = new TreeReader(parser);
    JsonNode read = tree.value(first, "");
    if (!tree.malformed.isEmpty()) {
      malformed.addAll(tree.malformed);
      return;
    }
    try {
      declared.add(declaration(read, place, tree.fields));
    } catch (Misplaced e) {
      malformed.add(e.malformed);
    }
  }

  private static FileDeclaration declaration(JsonNode read, Place place, Map<String, Place> fields)
      throws Misplaced {
    if (!(read instanceof ObjectNode tree)) {
      throw new Misplaced(
          place, "A declaration has fields, such as name and trust; here is none.", "");
    }
    boolean takeOver = flag(tree, TAKE_OVER, place, fields);
    boolean identityChange = flag(tree, ACCEPT_IDENTITY_CHANGE, place, fields);
    tree.remove(SCHEMA);
    JsonNode trust = tree.path("trust");
    for (Map.Entry<String, JsonNode> inside : trust.properties()) {
      String field = "trust." + inside.getKey();
      if (!OF_TRUST.contains(inside.getKey())) {
        throw new Misplaced(
            FileDeclaration.nearest(fields, field, place),
            unknown(shown(field), OF_TRUST),
            shown(field));
      }
    }
    for (String ofMetadata : List.of("caBundle", "allowHttp")) {
      if (trust.has(ofMetadata) && !trust.has("metadataUrl")) {
        String field = "trust." + ofMetadata;
        throw new Misplaced(
            FileDeclaration.nearest(fields, field, place),
            field + " is only for a metadataUrl, and there is none.",
            field);
      }
    }
    try {
      PartnerApplication asked = UNCONVERTED.treeToValue(tree, PartnerDeclaration.class).asked();
      return new FileDeclaration(asked, takeOver, identityChange, place, fields);
    } catch (JsonMappingException e) {
      String field = PartnerDeclaration.path(e);
      throw new Misplaced(
          FileDeclaration.nearest(fields, field, place), described(e, field), field);
    } catch (MalformedDeclaration e) {
      Object field = e.problem().extensions().getOrDefault("field", "");
      throw new Misplaced(
          FileDeclaration.nearest(fields, field.toString(), place),
          String.valueOf(e.problem().detail()),
          field.toString());
    } catch (JacksonException e) {
      throw new IllegalStateException("a tree that can't be read", e);
    }
  }

  private static boolean flag(ObjectNode tree, String field, Place place, Map<String, Place> fields)
      throws Misplaced {
    JsonNode value = tree.remove(field);
    if (value != null && !value.isBoolean()) {
      throw new Misplaced(
          FileDeclaration.nearest(fields, field, place), field + " must be true or false.", field);
    }
    return value != null && value.booleanValue();
  }

  private static String described(JsonMappingException e, String field) {
    String what = field.isEmpty() ? "The declaration" : field;
    return switch (e) {
      case UnrecognizedPropertyException unknown -> {
        var known = new TreeSet<String>();
        Collection<Object> there = unknown.getKnownPropertyIds();
        if (there != null) {
          there.forEach(it -> known.add(String.valueOf(it)));
        }
        if (unknown.getPath().size() == 1) {
          known.add(TAKE_OVER);
          known.add(ACCEPT_IDENTITY_CHANGE);
        }
        yield unknown(field, known);
      }
      case InvalidFormatException wrong when wrong.getTargetType().isEnum() ->
          "%s is %s, and must be one of %s."
              .formatted(
                  what,
                  shown(String.valueOf(wrong.getValue())),
                  String.join(", ", constants(wrong.getTargetType())));
      case ValueInstantiationException wrong
          when wrong.getCause() instanceof IllegalArgumentException why ->
          "%s does not fit: %s.".formatted(what, why.getMessage());
      case ValueInstantiationException _ when field.equals("probe") ->
          "probe has no sipAddresses: the mailboxes to probe are missing.";
      case MismatchedInputException wrong ->
          "%s must be %s.".formatted(what, shape(wrong.getTargetType()));
      default -> "The value of %s does not fit.".formatted(what);
    };
  }

  private static String unknown(String field, Collection<String> known) {
    return "There is no field %s. Known here: %s."
        .formatted(field, String.join(", ", new TreeSet<>(known)));
  }

  private static List<String> constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(it -> UNCONVERTED.valueToTree(it).asText())
        .toList();
  }

  private static String shape(@Nullable Class<?> type) {
    if (type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "text, in quotes where it would be true or false without";
    }
    if (type == Duration.class) {
      return "a duration as ISO 8601 writes it, such as PT5M";
    }
    if (type != null && type.isEnum()) {
      return "one of " + String.join(", ", constants(type));
    }
    return type != null && Collection.class.isAssignableFrom(type)
        ? "a list"
        : "fields with values of their own";
  }

  private static FileContent.Malformed unparsable(JacksonException e, JsonParser parser) {
    if (e.getCause() instanceof MarkedYAMLException marked) {
      Mark mark = marked.getProblemMark();
      Mark context = marked.getContextMark();
      String began =
          marked.getContext() == null || context == null
              ? ""
              : "%s (line %d): ".formatted(marked.getContext(), context.getLine() + 1);
      return new FileContent.Malformed(
          mark == null
              ? place(parser.currentTokenLocation())
              : new Place(mark.getLine() + 1, mark.getColumn() + 1),
          malformed("This is no YAML: %s%s.".formatted(began, shown(marked.getProblem()))));
    }
    if (e instanceof StreamConstraintsException) {
      return new FileContent.Malformed(
          place(parser.currentTokenLocation()),
          malformed("Nested more than %d deep, or too long.".formatted(Json.MAX_DEPTH)));
    }
    return new FileContent.Malformed(
        place(e.getLocation() == null ? parser.currentTokenLocation() : e.getLocation()),
        malformed(
            "This can't be read: %s."
                .formatted(
                    shown(
                        String.valueOf(e.getOriginalMessage())
                            .replaceFirst(", got this instead.*| \\(start marker at .*", "")))));
  }

  /** What stands in the file, as text: UTF-8, with or without a mark of it. */
  private static String text(byte[] file) throws Misplaced {
    if (startsWith(file, 0xff, 0xfe) || startsWith(file, 0xfe, 0xff)) {
      throw new Misplaced(new Place(1, 1), "This is UTF-16. Save it as UTF-8.", "");
    }
    var bytes = ByteBuffer.wrap(file);
    bytes.position(startsWith(file, 0xef, 0xbb, 0xbf) ? 3 : 0);
    var text = CharBuffer.allocate(file.length);
    boolean broken =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(bytes, text, true)
            .isError();
    text.flip();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' && c != '\n' && c != '\r' && c != '\t') {
        throw new Misplaced(
            placeBehind(text.subSequence(0, i)),
            "Here is the control character U+%04X, so this is no text.".formatted((int) c),
            "");
      }
    }
    if (broken) {
      throw new Misplaced(
          placeBehind(text), "Here is a byte that is no UTF-8. Save the file as UTF-8.", "");
    }
    return text.toString();
  }

  private static boolean startsWith(byte[] file, int... mark) {
    for (int i = 0; i < mark.length; i++) {
      if (i >= file.length || (file[i] & 0xff) != mark[i]) {
        return false;
      }
    }
    return true;
  }

  private static Place placeBehind(CharSequence text) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < text.length(); i++) {
      column++;
      if (text.charAt(i) == '\n') {
        line++;
        column = 1;
      }
    }
    return new Place(line, column);
  }

  private static Set<String> mentions(String text) {
    var names = new HashSet<String>();
    Matcher matcher = MENTION.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1).strip().toLowerCase(Locale.ROOT));
    }
    return names;
  }

  private static boolean isNothing(JsonParser parser, JsonToken token) {
    return parser instanceof YAMLParser yaml
        && !yaml.isCurrentAlias()
        && (token == JsonToken.VALUE_NULL
            || (token == JsonToken.VALUE_STRING && isEmptyAndUnquoted(parser)));
  }

  /** YAML's way to say nothing; quotes would be at least two characters. */
  private static boolean isEmptyAndUnquoted(JsonParser parser) {
    return parser.currentLocation().getCharOffset()
        == parser.currentTokenLocation().getCharOffset();
  }

  /** Reads one document to its end: what stands in it, where, and what can't stand there. */
  private static final class TreeReader {
    private final JsonParser parser;
    private final long begin;
    private final Map<String, Place> fields = new HashMap<>();
    private final List<FileContent.Malformed> malformed = new ArrayList<>();

    TreeReader(JsonParser parser) {
      this.parser = parser;
      begin = parser.currentTokenLocation().getCharOffset();
    }

    JsonNode value(JsonToken token, String field) throws IOException {
      check(token, field);
      var nodes = JsonNodeFactory.instance;
      return switch (token) {
        case START_OBJECT -> {
          ObjectNode tree = nodes.objectNode();
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            String inside = field.isEmpty() ? name : field + "." + name;
            if (tree.has(name)) {
              report("%s is there twice.".formatted(shown(inside)), inside);
            }
            keep(inside);
            tree.set(name, value(parser.nextToken(), inside));
          }
          yield tree;
        }
        case START_ARRAY -> {
          var list = nodes.arrayNode();
          JsonToken next = parser.nextToken();
          while (next != JsonToken.END_ARRAY) {
            String inside = field + "[" + list.size() + "]";
            keep(inside);
            list.add(value(next, inside));
            next = parser.nextToken();
          }
          yield list;
        }
        case VALUE_TRUE, VALUE_FALSE -> {
          // YAML 1.1 takes yes, on and the like for booleans; editors, by 1.2, don't.
          String text = parser.getText();
          yield text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
              ? nodes.booleanNode(token == JsonToken.VALUE_TRUE)
              : nodes.textNode(text);
        }
        default -> nodes.textNode(parser.getText());
      };
    }

    private void check(JsonToken token, String field) throws IOException {
      String what = field.isEmpty() ? "The declaration" : shown(field);
      if (parser.currentLocation().getCharOffset() - begin > LONGEST) {
        report("The declaration has more than %d characters.".formatted(LONGEST), "");
      }
      if (parser instanceof YAMLParser yaml) {
        if (yaml.isCurrentAlias()) {
          report("Aliases (*) are not read here; write out what is meant.", field);
        } else if (yaml.getObjectId() != null) {
          report("Anchors (&) are not read here: nothing may refer to them.", field);
        } else if (yaml.getTypeId() != null) {
          report("Tags (!) are not read here; leave it out.", field);
        } else if (isNothing(parser, token)) {
          report("%s has no value. Give it one, or leave the line out.".formatted(what), field);
        }
      } else if (token == JsonToken.VALUE_NULL) {
        report("%s has no value. Give it one, or leave it out.".formatted(what), field);
      }
      if (token.isNumeric()) {
        report(
            "%s is a number, and no field takes one. If text is meant, put it in quotes."
                .formatted(what),
            field);
      }
    }

    /** The first of a document's problems are told; one mistake may make hundreds. */
    private void report(String detail, String field) {
      if (malformed.size() < MOST_PROBLEMS) {
        Place place = place(parser.currentTokenLocation());
        malformed.add(new Misplaced(place, detail, shown(field)).malformed);
      }
    }

    private void keep(String field) {
      if (fields.size() < MOST_PLACES) {
        fields.putIfAbsent(field, place(parser.currentTokenLocation()));
      }
    }
  }

  /** A problem on its way to the file's others. */
  private static final class Misplaced extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient FileContent.Malformed malformed;

    Misplaced(Place place, String detail, String field) {
      super(detail, null, false, false);
      Problem problem = malformed(detail);
      malformed =
          new FileContent.Malformed(
              place, field.isEmpty() ? problem : problem.with("field", field));
    }
  }

  private static Problem malformed(String detail) {
    return Problem.of(MALFORMED, "The declaration can't be read", 422, detail);
  }

  private static Place place(JsonLocation location) {
    return new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  /** A value as it may be shown: bounded, and without characters that mislead or control. */
  private static String shown(@Nullable String value) {
    String printable = String.valueOf(value).replaceAll("\\p{C}", "?");
    return printable.length() > 200 ? printable.substring(0, 200) + "…" : printable;
  }

  private static LoaderOptions options() {
    var options = new LoaderOptions();
    options.setNestingDepthLimit(Json.MAX_DEPTH);
    options.setMaxAliasesForCollections(0);
    // The file's own bound is smaller; what counts here is each document.
    options.setCodePointLimit(Integer.MAX_VALUE);
    return options;
  }
}
