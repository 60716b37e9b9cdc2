package dev.concordat.contracts.metadata;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes an auth metadata document as the products read it: the members of Exchange's sample in its
 * order ("Validate an Exchange identity token"), no byte order mark, no white space between tokens,
 * so that the same document is always the same bytes.
 */
public final class AuthMetadataWriter {

  private static final JsonFactory JSON = new JsonFactory();

  private AuthMetadataWriter() {}

  /** How a key's members are named and nested. That one form suits every product is assumed. */
  public enum Casing {
    /** {@code keyinfo} beside {@code keyvalue}: the default. */
    EXCHANGE,
    /** {@code keyInfo} inside {@code keyValue}. */
    TOKEN_SERVER
  }

  /** Writes the document in Exchange's form. */
  public static byte[] write(AuthMetadataDocument document) {
    return write(document, Casing.EXCHANGE);
  }

  /**
   * Writes the document. Where it has no {@code id}, the id is derived from everything else, so it
   * stays while the content does; where it has no {@code version}, that is {@code 1.0}.
   */
  public static byte[] write(AuthMetadataDocument document, Casing casing) {
    String id = document.id();
    return bytes(document, id == null ? contentId(document) : id, casing);
  }

  private static String contentId(AuthMetadataDocument document) {
    return "_" + UUID.nameUUIDFromBytes(bytes(document, "", Casing.EXCHANGE));
  }

  private static byte[] bytes(AuthMetadataDocument document, String id, Casing casing) {
    var out = new ByteArrayOutputStream(4096);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("id", id);
      String version = document.version();
      json.writeStringField("version", version == null ? "1.0" : version);
      writeIfPresent(json, "name", document.name());
      writeIfPresent(json, "realm", document.realm());
      writeIfPresent(json, "serviceName", document.serviceName());
      json.writeStringField("issuer", document.issuer());
      json.writeArrayFieldStart("allowedAudiences");
      for (String audience : document.allowedAudiences()) {
        json.writeString(audience);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("keys");
      for (var key : document.keys()) {
        writeKey(json, key, casing);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("endpoints");
      for (var endpoint : document.endpoints()) {
        json.writeStartObject();
        json.writeStringField("location", endpoint.location());
        json.writeStringField("protocol", endpoint.protocol());
        json.writeStringField("usage", endpoint.usage());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException neverInMemory) {
      throw new UncheckedIOException(neverInMemory);
    }
    return out.toByteArray();
  }

  private static void writeKey(JsonGenerator json, AuthMetadataDocument.Key key, Casing casing)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("usage", "signing");
    switch (casing) {
      case EXCHANGE -> {
        writeKeyInfo(json, "keyinfo", key);
        json.writeObjectFieldStart("keyvalue");
        writeCertificate(json, key);
        json.writeEndObject();
      }
      case TOKEN_SERVER -> {
        json.writeObjectFieldStart("keyValue");
        writeCertificate(json, key);
        writeKeyInfo(json, "keyInfo", key);
        json.writeEndObject();
      }
    }
    json.writeEndObject();
  }

  private static void writeKeyInfo(JsonGenerator json, String name, AuthMetadataDocument.Key key)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("x5t", key.x5t());
    json.writeEndObject();
  }

  private static void writeCertificate(JsonGenerator json, AuthMetadataDocument.Key key)
      throws IOException {
    json.writeStringField("type", "x509Certificate");
    json.writeStringField("value", key.certificate());
  }

  private static void writeIfPresent(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }
}
