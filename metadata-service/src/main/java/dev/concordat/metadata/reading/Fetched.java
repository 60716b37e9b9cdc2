package dev.concordat.metadata.reading;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What fetching a partner's document came to, before anything is concluded from it. */
sealed interface Fetched {

  /**
   * It is the same as the one with this entity tag.
   *
   * @param tlsCertificateEnds when the server's TLS certificate ends; empty where there is none
   */
  record Unmodified(
      @Nullable String etag, Optional<Duration> maxAge, Optional<Instant> tlsCertificateEnds)
      implements Fetched {}

  /**
   * A document that can be read.
   *
   * @param warnings codes of {@link dev.concordat.contracts.metadata.Reading}
   * @param etag by which it can be asked for again
   * @param maxAge how long it says that it holds
   * @param tlsCertificateEnds when the server's TLS certificate ends; empty where there is none
   */
  record Document(
      AuthMetadataDocument document,
      List<String> warnings,
      @Nullable String etag,
      Optional<Duration> maxAge,
      Optional<Instant> tlsCertificateEnds)
      implements Fetched {}

  /** There is an answer, but no document in it. */
  record Unusable(Problem problem) implements Fetched {}

  /** There is no answer. */
  record Unreachable(Problem problem) implements Fetched {}
}
