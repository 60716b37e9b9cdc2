package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * A partner fetched our auth metadata document. It is evidence that the partner can know the keys
 * that the document had then, not proof that it uses them: a product reads at its own times, and
 * one server of a farm may have read for all.
 *
 * @param partner the partner's name
 * @param revision the entity tag of the document that it got, or already had
 * @param keyIds the key ids in that document
 * @param readAt when
 * @param recognisedBy how the reader was told to be this partner
 */
public record DocumentRead(
    String partner, String revision, List<String> keyIds, Instant readAt, Recognition recognisedBy)
    implements Event {

  public DocumentRead {
    keyIds = List.copyOf(keyIds);
  }

  /** What tells a reader. */
  public enum Recognition {
    /** The address it came from is one that the partner's host names resolve to. */
    @JsonProperty("address")
    ADDRESS,
    /** A header that only this partner's product sends. */
    @JsonProperty("product-header")
    PRODUCT_HEADER
  }
}
