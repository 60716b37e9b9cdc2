package dev.concordat.messaging;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an event, as CloudEvents 1.0 names them.
 *
 * @param id unique with the source
 * @param source the service that wrote it
 * @param type {@code dev.concordat.<EventName>.v1}
 * @param subject the key of the record
 * @param time when it was written
 * @param traceparent the W3C trace that it belongs to, where there is one
 * @param extensions every further attribute
 */
public record Envelope(
    String id,
    URI source,
    String type,
    String subject,
    Instant time,
    @Nullable String traceparent,
    Map<String, String> extensions) {}
