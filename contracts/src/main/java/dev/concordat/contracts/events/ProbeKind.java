package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which of Exchange's services to a partner a probe tries. */
public enum ProbeKind {
  @JsonProperty("conversation-history")
  CONVERSATION_HISTORY,
  @JsonProperty("archiving")
  ARCHIVING,
  @JsonProperty("unified-contact-store")
  UNIFIED_CONTACT_STORE
}
