package dev.concordat.registry.declarations;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A partner application as somebody declares it, in the body of {@code PUT /v1/partners/{name}} or
 * in a file: unlike an event, it may have no field that isn't known.
 *
 * @param name if given with a path, the same as in the path
 * @param kind if absent, told by the path of the metadata URL, where each product has its own
 * @param trustLevel absent means full
 * @param enabled absent means yes
 */
public record PartnerDeclaration(
    @Nullable String name,
    @Nullable PartnerKind kind,
    @Nullable String applicationIdentifier,
    @Nullable String realm,
    @Nullable TrustLevel trustLevel,
    @Nullable Boolean enabled,
    @Nullable Trust trust,
    @Nullable List<MayRequest> mayRequest,
    @Nullable ClientAuth clientAuth,
    @Nullable ProbeSettings probe) {

  static final JsonMapper STRICT =
      Json.mapper()
          .rebuild()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** Reads a declaration in JSON. */
  public static PartnerDeclaration read(byte[] json) throws MalformedDeclaration {
    try {
      PartnerDeclaration body = STRICT.readValue(json, PartnerDeclaration.class);
      if (body == null) {
        throw new MalformedDeclaration(
            malformed("The body is null, and must be a partner application."));
      }
      return body;
    } catch (UnrecognizedPropertyException e) {
      throw new MalformedDeclaration(
          malformed(
                  "There is no field %s. Known here: %s."
                      .formatted(
                          path(e),
                          e.getKnownPropertyIds() == null
                              ? ""
                              : e.getKnownPropertyIds().stream()
                                  .map(String::valueOf)
                                  .sorted()
                                  .collect(Collectors.joining(", "))))
              .with("field", path(e))
              .with("rule", "the field is known"));
    } catch (JsonMappingException e) {
      throw new MalformedDeclaration(
          malformed(
                  "The value of %s does not fit%s."
                      .formatted(path(e).isEmpty() ? "the body" : path(e), where(e)))
              .with("field", path(e))
              .with("rule", "the value has the field's type and one of its allowed values"));
    } catch (JacksonException e) {
      throw new MalformedDeclaration(
          malformed("The body is no JSON that is accepted here%s.".formatted(where(e)))
              .with("rule", "JSON without duplicate names, at most 32 levels deep"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is declared, under the name that it has itself. */
  public PartnerApplication asked() throws MalformedDeclaration {
    if (name == null) {
      throw new MalformedDeclaration(
          malformed("The name is missing.").with("field", "name").with("rule", "given"));
    }
    return asked(name);
  }

  /** What is declared, under the name in the path. */
  public PartnerApplication asked(String pathName) throws MalformedDeclaration {
    if (name != null && !name.equals(pathName)) {
      throw new MalformedDeclaration(
          malformed("The name in the body is another one than in the path.")
              .with("field", "name")
              .with("rule", "left out, or the same as in the path"));
    }
    PartnerKind told = kind == null ? kindByUrl().orElse(null) : kind;
    if (told == null) {
      throw new MalformedDeclaration(
          malformed(
                  "The kind is missing, and the metadata URL does not tell it. Give one of"
                      + " exchange, skype, sharepoint, token-server, generic.")
              .with("field", "kind")
              .with("rule", "exchange, skype, sharepoint, token-server or generic"));
    }
    return new PartnerApplication(
        pathName,
        told,
        applicationIdentifier,
        realm,
        trustLevel == null ? TrustLevel.FULL : trustLevel,
        enabled == null || enabled,
        trust,
        mayRequest == null ? List.of() : mayRequest,
        clientAuth,
        probe);
  }

  /** Each product publishes its document under a path of its own (trust.md 2). */
  private Optional<PartnerKind> kindByUrl() {
    if (!(trust instanceof Trust.ByMetadata byMetadata)) {
      return Optional.empty();
    }
    try {
      String path = new URI(byMetadata.metadataUrl()).getPath();
      return switch (path == null ? "" : path.toLowerCase(Locale.ROOT)) {
        case "/autodiscover/metadata/json/1" -> Optional.of(PartnerKind.EXCHANGE);
        case "/_layouts/15/metadata/json/1" -> Optional.of(PartnerKind.SHAREPOINT);
        case "/metadata/json/1" -> Optional.of(PartnerKind.SKYPE);
        default -> Optional.empty();
      };
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static Problem malformed(String detail) {
    return Problem.of("body-malformed", "The body can't be read", 400, detail);
  }

  /** Which field did not fit, as the rules name fields; empty where it was the whole. */
  static String path(JsonMappingException e) {
    var path = new StringBuilder();
    for (var reference : e.getPath()) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    String whole = path.toString().replaceAll("\\p{C}", "?");
    return whole.length() > 200 ? whole.substring(0, 200) + "…" : whole;
  }

  private static String where(JacksonException e) {
    var location = e.getLocation();
    return location == null || location.getLineNr() < 1
        ? ""
        : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
  }
}
