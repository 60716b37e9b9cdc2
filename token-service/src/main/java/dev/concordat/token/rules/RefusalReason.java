package dev.concordat.token.rules;

/** Why a token is refused; each is documented in {@code docs/problems/token-service.md}. */
public enum RefusalReason {
  /** The client's registration doesn't let it have this token. */
  NOT_ALLOWED("not-allowed", "unauthorized_client"),
  /** No partner of this name, or it was removed. */
  UNKNOWN_PARTNER("unknown-partner", "invalid_target"),
  PARTNER_DISABLED("partner-disabled", "invalid_target"),
  /** The trust level of the partner, or of the client, excludes this kind of token. */
  TRUST_LEVEL("trust-level", "unauthorized_client"),
  /** Neither the registration nor a metadata document tells who the partner is. */
  IDENTITY_UNKNOWN("identity-unknown", "invalid_target"),
  /** The only document that was read contradicts the registration. */
  IDENTITY_CONFLICT("identity-conflict", "invalid_target"),
  /** Its identifier can't stand in a server-to-server audience. */
  NO_PRINCIPAL_NAME("no-principal-name", "invalid_target"),
  MALFORMED_RESOURCE("malformed-resource", "invalid_target"),
  /** The resource names another application or realm than the partner's. */
  FOREIGN_RESOURCE("foreign-resource", "invalid_target"),
  /** No resource was given, and no metadata URL tells a host. */
  RESOURCE_MISSING("resource-missing", "invalid_target"),
  MALFORMED_USER("malformed-user", "invalid_request"),
  /** The product knows users by a name that the request can't give. */
  USER_NOT_NAMEABLE("user-not-nameable", "invalid_request"),
  /** The client's registration doesn't give it this scope at the service. */
  SCOPE_NOT_ALLOWED("scope-not-allowed", "invalid_scope"),
  /** The key that is to sign isn't ours, or must not sign. */
  UNKNOWN_SIGNING_KEY("unknown-signing-key", "invalid_request");

  private final String code;
  private final String oauthError;

  RefusalReason(String code, String oauthError) {
    this.code = code;
    this.oauthError = oauthError;
  }

  /** The code that answers, metrics and the audit log carry. */
  public String code() {
    return code;
  }

  /** The {@code error} of RFC 6749 section 5.2 or RFC 8707 section 2. */
  public String oauthError() {
    return oauthError;
  }
}
