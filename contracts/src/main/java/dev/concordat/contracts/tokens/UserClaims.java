package dev.concordat.contracts.tokens;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The user that a token names, by at least one of its claims. That all given claims lead to one
 * user only the receiver's directory can tell.
 *
 * @param nameId a SID, a UPN or a provider's name for the user
 * @param nii what kind of name {@code nameId} is, for example {@code
 *     urn:office:idp:activedirectory}
 * @param upn user principal name
 * @param smtp primary mail address
 * @param sip SIP address without {@code sip:}
 */
public record UserClaims(
    @Nullable String nameId,
    @Nullable String nii,
    @Nullable String upn,
    @Nullable String smtp,
    @Nullable String sip) {

  /** The claims of a token; a blank one counts as absent. */
  static UserClaims of(TokenClaims claims) {
    return new UserClaims(
        given(claims, "nameid"),
        given(claims, "nii"),
        given(claims, "upn"),
        given(claims, "smtp"),
        given(claims, "sip"));
  }

  /** Whether any claim names a user. {@code nii} alone names none. */
  public boolean namesUser() {
    return Stream.of(nameId, upn, smtp, sip).anyMatch(Objects::nonNull);
  }

  /** The SID, where {@code nameId} is one by its form. */
  public Optional<String> sid() {
    return Optional.ofNullable(nameId).filter(UserClaims::isSid);
  }

  /**
   * The mail-like names among the claims, in the order UPN, {@code nameId} where it has the form of
   * an address, SMTP, SIP.
   */
  public Stream<String> addresses() {
    String id = nameId;
    return Stream.of(upn, id != null && id.contains("@") ? id : null, smtp, sip)
        .flatMap(Stream::ofNullable);
  }

  /** Which claims are given; not whom they name. */
  @Override
  public String toString() {
    return "UserClaims[nameid %s, upn %s, smtp %s, sip %s]"
        .formatted(shown(nameId), shown(upn), shown(smtp), shown(sip));
  }

  private static String shown(@Nullable String claim) {
    return claim == null ? "absent" : "given";
  }

  private static boolean isSid(String nameId) {
    return nameId.toLowerCase(Locale.ROOT).startsWith("s-1-");
  }

  private static @Nullable String given(TokenClaims claims, String name) {
    return claims.text(name).filter(text -> !text.isBlank()).orElse(null);
  }
}
