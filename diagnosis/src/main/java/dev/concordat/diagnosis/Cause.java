package dev.concordat.diagnosis;

import java.util.Locale;

/**
 * The catalogue: each cause that a diagnosis can name. {@code docs/diagnose.md} has an entry for
 * each, and its first sentence is the meaning given here.
 */
public enum Cause {
  // Our own side, before anything is sent to the partner.
  PARTNER_UNKNOWN("The partner application is not registered here."),
  PARTNER_DISABLED("The partner application is disabled here."),
  PARTNER_METADATA_UNREACHABLE("The partner's auth metadata document could never be read."),
  PARTNER_CERTIFICATE_MISSING(
      "The partner's auth metadata document has no signing key: its own certificate is missing."),
  PARTNER_METADATA_STALE(
      "The partner's auth metadata document has changed since it was last read here."),
  PARTNER_METADATA_CONFLICT(
      "The partner's auth metadata document has another identity than was registered."),
  CLIENT_ASSERTION_UNREADABLE(
      "The probe-service cannot read the file that it proves itself to the token-service with."),
  TOKEN_SERVICE_UNREACHABLE("The token-service does not answer."),
  TOKEN_SERVICE_NOT_READY("The token-service is starting, or lacks what it needs."),
  TOKEN_CLIENT_REFUSED("The token-service does not accept the probe-service as a client."),
  TOKEN_NOT_ALLOWED("The probe-service's registration does not let it have this token."),
  TOKEN_TRUST_LEVEL("The trust level of the partner or of the probe-service excludes user tokens."),
  TOKEN_REFUSED("The token-service refuses the token for another reason."),
  SIGNING_KEY_UNKNOWN(
      "The key that was to sign the token is none that the token-service may sign with."),
  OUR_METADATA_UNREACHABLE("Our own auth metadata document cannot be read by its public URL."),
  OUR_METADATA_STALE("Our own auth metadata document does not have the key that signed the token."),
  OUR_IDENTITY_DIFFERS("Our own auth metadata document is of another issuer than our tokens."),
  OUR_SIGNATURE_BROKEN("Our own token does not hold by our own published key."),
  SIGNING_KEY_UNPUBLISHED("The token is signed with a key that we do not publish."),
  SIGNING_CERTIFICATE_EXPIRED("Our signing certificate has expired."),
  SIGNING_CERTIFICATE_NOT_YET_VALID("Our signing certificate is not valid yet."),

  // The way to the partner.
  HOST_UNKNOWN("The host's name cannot be resolved."),
  HOST_UNREACHABLE("Nothing takes connections at the host."),
  PROXY_FAILED("The proxy on the way cannot be reached, or does not let the request through."),
  ADDRESS_REFUSED("The host has an address that requests are not allowed to go to."),
  URL_REFUSED("The URL is not https, or cannot be called."),
  TLS_UNTRUSTED("The server's TLS certificate does not chain to a root that is trusted here."),
  TLS_NAME_MISMATCH("The server's TLS certificate is for other names."),
  TLS_EXPIRED("A TLS certificate of the server has expired."),
  TLS_NOT_YET_VALID("A TLS certificate of the server is not valid yet."),
  TLS_HANDSHAKE("TLS could not be agreed on with the server."),
  TIMED_OUT("The server did not answer in time."),
  CONNECTION_LOST("The connection broke before the answer was whole."),
  ANSWER_TOO_LARGE("The server's answer is larger than any answer of Exchange."),

  // Whatever answers is not Exchange, or Exchange is not well.
  OAUTH_NOT_OFFERED("The server does not offer OAuth for this virtual directory."),
  PRE_AUTHENTICATION("Something in front of Exchange asks for a login first."),
  ENDPOINT_MISSING("There is no such endpoint at the server."),
  ENDPOINT_FORBIDDEN("The server forbids the endpoint."),
  SERVER_UNAVAILABLE("The server is there, but its service is not."),
  SERVER_DIFFERS("Some servers of the pool take our tokens, and this one does not."),
  THROTTLED("The server asks to be left alone for a while."),
  NOT_EXCHANGE("What answers there does not answer as Exchange does."),

  // The token is refused.
  SIGNATURE_REFUSED("The partner holds an older signing key of ours than the one that signed."),
  TOKEN_MALFORMED("The partner cannot use the token: it is malformed, or names no usable user."),
  TOKEN_PROFILE_REFUSED("The endpoint does not take tokens that act for a user."),
  AUDIENCE_REFUSED("The partner does not count the host called among its names."),
  TLS_OFFLOADED("TLS ends in front of the partner, so that it believes it was called by http."),
  REALM_UNKNOWN("The partner does not know our realm: it is not an explicit accepted domain."),
  MAILBOX_UNKNOWN("The partner has no mailbox for this user."),
  USER_AMBIGUOUS("The partner finds more than one user for the address."),
  PERMISSION_MISSING(
      "Our partner application there has neither a linked account with its roles nor permissions."),
  ISSUER_UNKNOWN("The partner does not know us as an issuer, or has us disabled."),
  ISSUER_REALM("The partner knows our application identifier with another realm."),
  ISSUER_CASE("The partner knows our name in another upper and lower case."),
  OAUTH_NOT_AVAILABLE("The partner says that OAuth is not available for the domain."),
  CLOCK_SKEW("The partner's clock and ours are too far apart for tokens."),
  TOKEN_REFUSED_BY_PARTNER("The partner refuses the token and does not say why."),

  // Autodiscover.
  DOMAIN_UNKNOWN("Autodiscover does not know the mailbox's domain."),
  EWS_URL_MISSING("Autodiscover knows the mailbox, but has no usable EWS URL for it."),
  AUTODISCOVER_LOOP("Autodiscover redirects in circles, or too often."),
  REDIRECT_REFUSED("A redirect leads to where no token of ours is sent."),

  // The mailbox.
  ACCESS_DENIED("The user has no access to the mailbox, the folder or the item."),
  IMPERSONATION_DENIED("Our application may not act for the user."),
  MAILBOX_MOVING("The mailbox is being moved."),
  MAILBOX_UNAVAILABLE("The mailbox's database is not available."),
  LEGACY_SERVER("The mailbox is on a server that is too old for the request."),
  REQUEST_REFUSED("The server refuses the request's form."),
  QUOTA_EXCEEDED("The mailbox is full."),
  FOLDER_MISSING("The mailbox has no Conversation History folder, and none is made."),
  ARCHIVE_MISSING("The mailbox has no Recoverable Items that Skype for Business could archive to."),
  ITEM_MISSING("The item that was written cannot be found again."),
  ITEM_DIFFERS("The item that was read back is not the one that was written."),
  DELETE_REFUSED("The server does not let the item be deleted."),

  // The probe itself.
  OUT_OF_TIME("The probe took longer than it may."),
  CANCELLED("The probe was cancelled."),
  NOT_RECOGNISED("The cause is not recognised.");

  private final String meaning;

  Cause(String meaning) {
    this.meaning = meaning;
  }

  /** The code in {@code Diagnosis}, for example {@code oauth-not-offered}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The cause in a sentence. */
  public String meaning() {
    return meaning;
  }
}
