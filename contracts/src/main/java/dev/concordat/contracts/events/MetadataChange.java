package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One difference between a partner's document and the one before.
 *
 * @param kind what kind of difference
 * @param detail which key, issuer, realm or endpoint, before and after
 */
public record MetadataChange(Kind kind, String detail) {

  /** The differences that matter to trust. */
  public enum Kind {
    @JsonProperty("key-added")
    KEY_ADDED,
    @JsonProperty("key-removed")
    KEY_REMOVED,
    @JsonProperty("key-expiring")
    KEY_EXPIRING,
    @JsonProperty("key-expired")
    KEY_EXPIRED,
    @JsonProperty("issuer-changed")
    ISSUER_CHANGED,
    @JsonProperty("realm-changed")
    REALM_CHANGED,
    @JsonProperty("application-identifier-changed")
    APPLICATION_IDENTIFIER_CHANGED,
    @JsonProperty("endpoint-changed")
    ENDPOINT_CHANGED,
    @JsonProperty("weaker-than-before")
    WEAKER_THAN_BEFORE
  }
}
