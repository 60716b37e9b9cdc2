package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/** What a partner application is; the products have a well-known application identifier. */
public enum PartnerKind {
  @JsonProperty("exchange")
  EXCHANGE("00000002-0000-0ff1-ce00-000000000000"),
  @JsonProperty("skype")
  SKYPE("00000004-0000-0ff1-ce00-000000000000"),
  @JsonProperty("sharepoint")
  SHAREPOINT("00000003-0000-0ff1-ce00-000000000000"),
  @JsonProperty("token-server")
  TOKEN_SERVER(""),
  @JsonProperty("generic")
  GENERIC("");

  private final String wellKnownApplicationIdentifier;

  PartnerKind(String wellKnownApplicationIdentifier) {
    this.wellKnownApplicationIdentifier = wellKnownApplicationIdentifier;
  }

  /** The identifier that every installation of the product has. */
  public Optional<String> wellKnownApplicationIdentifier() {
    return wellKnownApplicationIdentifier.isEmpty()
        ? Optional.empty()
        : Optional.of(wellKnownApplicationIdentifier);
  }
}
