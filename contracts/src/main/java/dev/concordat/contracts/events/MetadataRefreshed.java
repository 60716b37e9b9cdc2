package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What reading a partner's auth metadata document came to.
 *
 * @param name the partner's name
 * @param outcome how it went
 * @param document the last good document, also where this reading failed; absent while none was
 *     read
 * @param fetchedAt when this reading ended
 * @param etag the document's entity tag, where its server gives one
 * @param nextRefreshAt when it is read again, unless asked for before
 * @param changes what differs from the document before
 * @param certificates the document's usable signing certificates
 * @param problem why this reading gave no document to use; absent where it did
 * @param warnings what was odd about a document that is used all the same: codes of {@link
 *     dev.concordat.contracts.metadata.Reading}; absent where nothing was
 * @param failingSince when the first of the readings ended that have all failed since; absent where
 *     this one did not fail
 * @param tlsCertificateEnds when the TLS certificate ends that the server showed last; absent where
 *     none was seen
 */
public record MetadataRefreshed(
    String name,
    Outcome outcome,
    @Nullable AuthMetadataDocument document,
    Instant fetchedAt,
    @Nullable String etag,
    @Nullable Instant nextRefreshAt,
    List<MetadataChange> changes,
    List<CertificateSummary> certificates,
    @Nullable Problem problem,
    @Nullable List<String> warnings,
    @Nullable Instant failingSince,
    @Nullable Instant tlsCertificateEnds)
    implements Event {

  public MetadataRefreshed {
    changes = changes == null ? List.of() : List.copyOf(changes);
    certificates = certificates == null ? List.of() : List.copyOf(certificates);
    warnings = warnings == null || warnings.isEmpty() ? null : List.copyOf(warnings);
  }

  /** A reading without a word on how the server and the readings before it were. */
  public MetadataRefreshed(
      String name,
      Outcome outcome,
      @Nullable AuthMetadataDocument document,
      Instant fetchedAt,
      @Nullable String etag,
      @Nullable Instant nextRefreshAt,
      List<MetadataChange> changes,
      List<CertificateSummary> certificates,
      @Nullable Problem problem) {
    this(
        name,
        outcome,
        document,
        fetchedAt,
        etag,
        nextRefreshAt,
        changes,
        certificates,
        problem,
        null,
        null,
        null);
  }

  /** How a reading can go. */
  public enum Outcome {
    @JsonProperty("unchanged")
    UNCHANGED,
    @JsonProperty("changed")
    CHANGED,
    /** It has another identity than what was registered: announced, not used. */
    @JsonProperty("conflict")
    CONFLICT,
    @JsonProperty("unreachable")
    UNREACHABLE,
    @JsonProperty("invalid")
    INVALID
  }
}
