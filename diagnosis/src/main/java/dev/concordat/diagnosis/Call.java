package dev.concordat.diagnosis;

/** What a probe asks a partner for. */
public enum Call {
  CHALLENGE("the request with an empty Bearer"),
  AUTODISCOVER_SOAP("Autodiscover (SOAP)"),
  AUTODISCOVER_POX("Autodiscover (XML)"),
  AUTODISCOVER_JSON("Autodiscover (JSON)"),
  AUTODISCOVER_REDIRECT("the anonymous request for a redirect"),
  GET_FOLDER("GetFolder"),
  GET_PURGES("GetFolder of the purges"),
  FIND_FOLDER("FindFolder"),
  CREATE_FOLDER("CreateFolder"),
  FIND_ITEM("FindItem"),
  CREATE_ITEM("CreateItem"),
  GET_ITEM("GetItem"),
  DELETE_ITEM("DeleteItem"),
  GET_IM_ITEM_LIST("GetImItemList"),
  OUR_METADATA("our own auth metadata document"),
  THEIR_METADATA("the partner's auth metadata document");

  private final String label;

  Call(String label) {
    this.label = label;
  }

  /** Whether it goes to Autodiscover rather than to EWS. */
  boolean isAutodiscover() {
    return switch (this) {
      case AUTODISCOVER_SOAP, AUTODISCOVER_POX, AUTODISCOVER_JSON, AUTODISCOVER_REDIRECT -> true;
      default -> false;
    };
  }

  /** How people call it. */
  @Override
  public String toString() {
    return label;
  }
}
