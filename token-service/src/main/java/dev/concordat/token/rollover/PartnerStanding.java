package dev.concordat.token.rollover;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.concordat.contracts.events.Diagnosis.Remedy;
import dev.concordat.contracts.events.PartnerKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a partner is with the next key.
 *
 * @param partner its name
 * @param kind what it is
 * @param accepted whether it need not be waited for
 * @param evidence what says so; absent while it has not accepted the key
 * @param at since when; absent where that is not known
 * @param pending whether a rehearsal is on its way
 * @param why why it is waited for; absent where it has accepted the key
 * @param remedies what to do there
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PartnerStanding(
    String partner,
    PartnerKind kind,
    boolean accepted,
    @Nullable Evidence evidence,
    @Nullable Instant at,
    boolean pending,
    @Nullable String why,
    List<Remedy> remedies) {

  /** What says that a partner accepts a key. */
  enum Evidence {
    /** A probe passed whose tokens the key had signed. */
    @JsonProperty("rehearsal")
    REHEARSAL,
    /** It read our document with the key in it, and has no mailbox to rehearse with. */
    @JsonProperty("document-read")
    DOCUMENT_READ,
    /** An admin said not to wait for it. */
    @JsonProperty("forced")
    FORCED
  }

  static PartnerStanding accepted(
      String partner, PartnerKind kind, Evidence evidence, @Nullable Instant at) {
    return new PartnerStanding(partner, kind, true, evidence, at, false, null, List.of());
  }
}
