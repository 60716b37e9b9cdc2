package dev.concordat.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.concordat.contracts.events.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON mapper for events: unknown fields are ignored (a newer writer must not break an
 * older reader), duplicate names are refused, depth and lengths are bounded, times are ISO 8601 and
 * absent values are left out. What an {@link Event} says may not be null can't be absent either: an
 * event without it is unreadable rather than half empty.
 */
public final class Json {

  /** Deepest nesting that any event may have. */
  public static final int MAX_DEPTH = 32;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(2 * 1024 * 1024)
                          .maxDocumentLength(8L * 1024 * 1024)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .annotationIntrospector(new RequiredComponents())
          .addModule(new JavaTimeModule())
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** The shared mapper; it is immutable and may be used from any thread. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * Makes a component of an event required where its type is a reference that isn't {@code
   * Nullable}. Lists stay optional: an absent one is empty. The records inside an event are left
   * alone, because an admin's declaration goes through the same ones with most of it left out.
   */
  private static final class RequiredComponents extends JacksonAnnotationIntrospector {

    @Override
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
      return required(member) ? Boolean.TRUE : super.hasRequiredMarker(member);
    }

    @Override
    public JsonSetter.Value findSetterInfo(Annotated annotated) {
      return annotated instanceof AnnotatedMember member && required(member)
          ? JsonSetter.Value.forValueNulls(Nulls.FAIL)
          : super.findSetterInfo(annotated);
    }

    private static boolean required(AnnotatedMember member) {
      if (!(member instanceof AnnotatedParameter parameter)
          || !Event.class.isAssignableFrom(member.getDeclaringClass())) {
        return false;
      }
      var component = member.getDeclaringClass().getRecordComponents()[parameter.getIndex()];
      return !component.getType().isPrimitive()
          && component.getType() != List.class
          && !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }
  }
}
