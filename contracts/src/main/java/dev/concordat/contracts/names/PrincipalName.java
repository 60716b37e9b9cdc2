package dev.concordat.contracts.names;

import java.util.Optional;

/**
 * An issuer or an acting application: {@code <application identifier>@<realm>} (MS-XOAUTH 2.2). The
 * parts are kept as they were read; {@link #lowerCase()} is what we emit.
 *
 * @param applicationIdentifier usually a GUID; not empty, neither {@code @} nor {@code /} in it
 * @param realm the sender's realm, or {@code *} for any realm, as challenges have it
 */
public record PrincipalName(String applicationIdentifier, String realm) {

  /** The realm that stands for every realm in challenges and in cloud metadata. */
  public static final String ANY_REALM = "*";

  /**
   * @throws MalformedName if a part is empty, contains what parts a name, or the whole is longer
   *     than 512 characters
   */
  public PrincipalName {
    NameText.part("the application identifier", applicationIdentifier);
    NameText.part("the realm", realm);
    NameText.checked("the name", applicationIdentifier + "@" + realm);
  }

  /**
   * Reads the wire form: exactly one {@code @}, no {@code /}, at most 512 characters, no white
   * space, control character or {@code %}.
   *
   * @throws MalformedName if the text is anything else
   */
  public static PrincipalName parse(String text) {
    NameText.checked("the name", text);
    int at = text.indexOf('@');
    if (at < 0 || at != text.lastIndexOf('@')) {
      throw new MalformedName("an issuer has exactly one @: <application identifier>@<realm>");
    }
    return new PrincipalName(text.substring(0, at), text.substring(at + 1));
  }

  /** As {@link #parse}, but empty where the text is malformed. */
  public static Optional<PrincipalName> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (MalformedName malformed) {
      return Optional.empty();
    }
  }

  /**
   * Whether both are the same principal, ordinally (MS-XOAUTH 3.2.5.6). {@code *} is no pattern.
   */
  public boolean matches(PrincipalName other) {
    return matches(other, RealmComparison.ORDINAL);
  }

  /** Whether both are the same principal under this comparison. {@code *} is no pattern. */
  public boolean matches(PrincipalName other, RealmComparison comparison) {
    return comparison.same(applicationIdentifier, other.applicationIdentifier)
        && comparison.same(realm, other.realm);
  }

  /** Whether this is the other, or the other in any realm: an entry of {@code trusted_issuers}. */
  public boolean covers(PrincipalName other, RealmComparison comparison) {
    return comparison.same(applicationIdentifier, other.applicationIdentifier)
        && (anyRealm() || comparison.same(realm, other.realm));
  }

  /** Whether only upper and lower case keep them apart: a classic reason of refusals. */
  public boolean differsOnlyInCase(PrincipalName other) {
    return !matches(other) && matches(other, RealmComparison.IGNORE_CASE);
  }

  /** Whether the realm is {@code *}. */
  public boolean anyRealm() {
    return realm.equals(ANY_REALM);
  }

  /** The form that we emit: SharePoint wants lower case only (MS-SPS2SAUTH 3.1.5). */
  public PrincipalName lowerCase() {
    String lowerIdentifier = NameText.lower(applicationIdentifier);
    String lowerRealm = NameText.lower(realm);
    return lowerIdentifier.equals(applicationIdentifier) && lowerRealm.equals(realm)
        ? this
        : new PrincipalName(lowerIdentifier, lowerRealm);
  }

  /** The wire form. */
  @Override
  public String toString() {
    return applicationIdentifier + "@" + realm;
  }
}
