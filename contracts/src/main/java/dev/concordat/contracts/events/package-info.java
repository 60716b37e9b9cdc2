/**
 * The events of the suite as records, and {@link dev.concordat.contracts.events.EventType} that
 * says which of them travels on which topic under which CloudEvents type.
 *
 * <p>A field is never removed or given another meaning within a version; readers ignore what they
 * don't know. The JSON Schema of each event lies beside the classes under {@code schemas/}.
 */
@NullMarked
package dev.concordat.contracts.events;

import org.jspecify.annotations.NullMarked;
