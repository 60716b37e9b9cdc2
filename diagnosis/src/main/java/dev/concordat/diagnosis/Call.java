package dev.concordat.diagnosis;

/** What a probe asks a partner for. */
public enum Call {
  CHALLENGE("the request with an empty Bearer"),
  AUTODISCOVER_SOAP("Autodiscover (SOAP)"),
  AUTODISCOVER_POX("Autodiscover (XML)"),
  AUTODISCOVER_REDIRECT("the anonymous request for a redirect"),
  GET_FOLDER("GetFolder"),
  FIND_FOLDER("FindFolder"),
  CREATE_FOLDER("CreateFolder"),
  FIND_ITEM("FindItem"),
  CREATE_ITEM("CreateItem"),
  GET_ITEM("GetItem"),
  DELETE_ITEM("DeleteItem");

  private final String label;

  Call(String label) {
    this.label = label;
  }

  /** Whether it goes to Autodiscover rather than to EWS. */
  boolean isAutodiscover() {
    return this == AUTODISCOVER_SOAP || this == AUTODISCOVER_POX || this == AUTODISCOVER_REDIRECT;
  }

  /** How people call it. */
  @Override
  public String toString() {
    return label;
  }
}
