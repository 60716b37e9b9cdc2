package dev.concordat.contracts.metadata;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the auth metadata documents of Exchange, SharePoint, Skype for Business and ACS into one
 * shape. Strict where trust hangs on it, tolerant where the products differ: names in any case,
 * {@code keyinfo} beside or inside {@code keyvalue}, almost every member optional. What the media
 * type says plays no part. Certificate chains are not built, and dates are not checked: a document
 * is read the same at any time.
 */
public final class AuthMetadataReader {

  /** Longest document, in bytes. */
  public static final int MAX_LENGTH = 1024 * 1024;

  /** Deepest nesting. */
  public static final int MAX_DEPTH = 16;

  /** Most entries of {@code keys}, of {@code endpoints} and of {@code allowedAudiences}. */
  public static final int MAX_ENTRIES = 64;

  /** Smallest RSA key that is used without a warning, in bits. What products do is assumed. */
  public static final int STRONG_KEY_BITS = 2048;

  /** Smallest RSA key that is used at all, in bits. What products do is assumed. */
  public static final int LEAST_KEY_BITS = 1024;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_LENGTH)
                          .maxDocumentLength(MAX_LENGTH)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private AuthMetadataReader() {}

  /** Reads the bytes of an answer's body. */
  public static Reading read(byte[] body) {
    try {
      return new Reader().read(parse(body));
    } catch (Refusal refusal) {
      return refusal.refused;
    }
  }

  private static Map<String, Object> parse(byte[] body) throws Refusal {
    if (body.length > MAX_LENGTH) {
      throw new Refusal("too-large", "the document is larger than 1 MiB");
    }
    String text = withoutByteOrderMark(decode(body));
    if (text.stripLeading().startsWith("<")) {
      throw new Refusal(
          new Reading.Refused(
              "not-json",
              "this is an HTML or XML page, no JSON: a login form, a proxy or an error page answers"
                  + " at this URL",
              true));
    }
    JsonNode tree;
    try {
      tree = MAPPER.readTree(text);
    } catch (StreamConstraintsException tooMuch) {
      throw new Refusal(
          "too-deep", "it is nested deeper, or has longer numbers, than any document");
    } catch (JsonProcessingException notJson) {
      throw new Refusal("not-json", "it is no valid JSON: " + notJson.getOriginalMessage());
    }
    if (!tree.isObject()) {
      throw new Refusal("not-json", "it is no JSON object");
    }
    return folded(tree);
  }

  private static String decode(byte[] body) throws Refusal {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new Refusal("not-json", "it is not encoded in UTF-8");
    }
  }

  private static String withoutByteOrderMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** The object with its names in lower case, at every depth; objects become maps. */
  private static Map<String, Object> folded(JsonNode object) throws Refusal {
    var members = new LinkedHashMap<String, Object>();
    for (var member : object.properties()) {
      String name = member.getKey().toLowerCase(Locale.ROOT);
      if (members.containsKey(name)) {
        throw new Refusal("not-json", "a name occurs twice in an object, in two cases");
      }
      members.put(name, foldedValue(member.getValue()));
    }
    return members;
  }

  private static Object foldedValue(JsonNode value) throws Refusal {
    if (value.isObject()) {
      return folded(value);
    }
    if (value.isArray()) {
      var elements = new ArrayList<Object>(value.size());
      for (JsonNode element : value) {
        elements.add(foldedValue(element));
      }
      return elements;
    }
    return value.isTextual() ? value.textValue() : value;
  }

  /** One reading, with the warnings that it gathers. */
  private static final class Reader {
    private final Set<String> warnings = new LinkedHashSet<>();

    Reading read(Map<String, Object> document) throws Refusal {
      String version = text(document, "version");
      if (version != null && !version.equals("1.0")) {
        throw new Refusal("version-unknown", "its version is not 1.0");
      }
      String realm = text(document, "realm");
      String serviceName = text(document, "servicename");
      PrincipalName issuer = issuer(document);
      if (realm != null
          && !realm.equals(PrincipalName.ANY_REALM)
          && !issuer.anyRealm()
          && !realm.equals(issuer.realm())) {
        throw new Refusal("inconsistent", "its realm is not the realm in its issuer");
      }
      if (serviceName != null && !serviceName.equals(issuer.applicationIdentifier())) {
        throw new Refusal(
            "inconsistent", "its serviceName is not the application identifier in its issuer");
      }
      if (issuer.anyRealm()) {
        warnings.add(Reading.ANY_REALM);
      }
      var keys = keys(document);
      if (keys.isEmpty()) {
        throw new Refusal("no-signing-key", "it has no signing key that can be used");
      }
      return new Reading.Accepted(
          new AuthMetadataDocument(
              text(document, "id"),
              version,
              text(document, "name"),
              realm,
              serviceName,
              issuer.toString(),
              audiences(document),
              keys,
              endpoints(document)),
          List.copyOf(warnings));
    }

    private static PrincipalName issuer(Map<String, Object> document) throws Refusal {
      String issuer = text(document, "issuer");
      if (issuer == null) {
        throw new Refusal("issuer-missing", "it names no issuer");
      }
      try {
        return PrincipalName.parse(issuer);
      } catch (MalformedName malformed) {
        throw new Refusal("issuer-malformed", "its issuer is malformed: " + malformed.getMessage());
      }
    }

    private List<AuthMetadataDocument.Key> keys(Map<String, Object> document) throws Refusal {
      var keys = new LinkedHashSet<AuthMetadataDocument.Key>();
      for (Object entry : list(document, "keys")) {
        var key = object(entry, "keys");
        String usage = text(key, "usage");
        if (usage != null && usage.equalsIgnoreCase("signing")) {
          usable(key).map(AuthMetadataDocument.Key::of).ifPresent(keys::add);
        }
      }
      return List.copyOf(keys);
    }

    private Optional<SigningCertificate> usable(Map<String, Object> key) throws Refusal {
      var value = optionalObject(key, "keyvalue");
      String type = text(value, "type");
      String certificateText = text(value, "value");
      Optional<SigningCertificate> certificate =
          type != null && type.equalsIgnoreCase("x509certificate") && certificateText != null
              ? SigningCertificate.tryParse(certificateText)
              : Optional.empty();
      if (certificate.isEmpty()
          || !certificate.get().rsa()
          || certificate.get().keyBits() < LEAST_KEY_BITS) {
        warnings.add(Reading.KEY_SKIPPED);
        return Optional.empty();
      }
      if (certificate.get().keyBits() < STRONG_KEY_BITS) {
        warnings.add(Reading.WEAK_KEY);
      }
      for (var keyInfo :
          List.of(optionalObject(key, "keyinfo"), optionalObject(value, "keyinfo"))) {
        String x5t = text(keyInfo, "x5t");
        if (x5t != null && !certificate.get().isNamedBy(x5t)) {
          warnings.add(Reading.X5T_MISMATCH);
        }
      }
      return certificate;
    }

    private static List<String> audiences(Map<String, Object> document) throws Refusal {
      var audiences = new ArrayList<String>();
      for (Object entry : list(document, "allowedaudiences")) {
        if (!(entry instanceof String audience)) {
          throw wrongType("allowedaudiences");
        }
        audiences.add(audience);
      }
      return audiences;
    }

    private List<AuthMetadataDocument.Endpoint> endpoints(Map<String, Object> document)
        throws Refusal {
      var endpoints = new ArrayList<AuthMetadataDocument.Endpoint>();
      for (Object entry : list(document, "endpoints")) {
        var endpoint = object(entry, "endpoints");
        String location = text(endpoint, "location");
        if (location == null) {
          warnings.add(Reading.ENDPOINT_SKIPPED);
        } else {
          endpoints.add(
              new AuthMetadataDocument.Endpoint(
                  location, textOrEmpty(endpoint, "protocol"), textOrEmpty(endpoint, "usage")));
        }
      }
      return endpoints;
    }
  }

  private static @Nullable String text(Map<String, Object> object, String name) throws Refusal {
    Object value = object.get(name);
    if (value == null || isNull(value)) {
      return null;
    }
    if (value instanceof String text) {
      return text;
    }
    throw wrongType(name);
  }

  private static String textOrEmpty(Map<String, Object> object, String name) throws Refusal {
    String text = text(object, name);
    return text == null ? "" : text;
  }

  private static List<?> list(Map<String, Object> object, String name) throws Refusal {
    Object value = object.get(name);
    if (value == null || isNull(value)) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw wrongType(name);
    }
    if (list.size() > MAX_ENTRIES) {
      throw new Refusal(
          "too-large", "its %s has more than %d entries".formatted(name, MAX_ENTRIES));
    }
    return list;
  }

  private static Map<String, Object> optionalObject(Map<String, Object> parent, String name)
      throws Refusal {
    Object value = parent.get(name);
    return value == null || isNull(value) ? Map.of() : object(value, name);
  }

  @SuppressWarnings("unchecked") // every map of a folded document has names as keys
  private static Map<String, Object> object(Object value, String name) throws Refusal {
    if (value instanceof Map<?, ?> object) {
      return (Map<String, Object>) object;
    }
    throw wrongType(name);
  }

  private static boolean isNull(Object value) {
    return value instanceof JsonNode node && node.isNull();
  }

  private static Refusal wrongType(String name) {
    return new Refusal("malformed", "its member %s has another type than expected".formatted(name));
  }

  /** Ends a reading. */
  private static final class Refusal extends Exception {
    private final transient Reading.Refused refused;

    Refusal(Reading.Refused refused) {
      super(refused.detail(), null, false, false);
      this.refused = refused;
    }

    Refusal(String problem, String detail) {
      this(new Reading.Refused(problem, detail));
    }
  }
}
