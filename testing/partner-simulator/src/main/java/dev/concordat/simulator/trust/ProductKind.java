package dev.concordat.simulator.trust;

import java.util.Locale;

/** The products that are simulated, with the application identifiers that they have everywhere. */
public enum ProductKind {
  /** Exchange Server. */
  EXCHANGE("00000002-0000-0ff1-ce00-000000000000", "/autodiscover/metadata/json/1"),
  /** Skype for Business Server. */
  SKYPE("00000004-0000-0ff1-ce00-000000000000", "/metadata/json/1"),
  /** SharePoint Server. */
  SHAREPOINT("00000003-0000-0ff1-ce00-000000000000", "/_layouts/15/metadata/json/1");

  private final String applicationIdentifier;
  private final String metadataPath;

  ProductKind(String applicationIdentifier, String metadataPath) {
    this.applicationIdentifier = applicationIdentifier;
    this.metadataPath = metadataPath;
  }

  /** Its application identifier. */
  public String applicationIdentifier() {
    return applicationIdentifier;
  }

  /** Where it publishes its metadata document. */
  public String metadataPath() {
    return metadataPath;
  }

  /** As the administration's paths name it. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
