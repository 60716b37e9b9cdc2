package dev.concordat.token.rules;

import dev.concordat.contracts.names.SipAddress;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A user by well-formed names, at least one. What is unknown stays absent: a token never guesses a
 * name.
 *
 * @param sip the SIP address
 * @param smtpAddress the primary SMTP address, lower case
 * @param userPrincipalName the UPN, lower case
 * @param sid the security identifier, lower case as SharePoint wants it
 */
public record User(
    @Nullable SipAddress sip,
    @Nullable String smtpAddress,
    @Nullable String userPrincipalName,
    @Nullable String sid) {

  public User {
    if (sip == null && smtpAddress == null && userPrincipalName == null && sid == null) {
      throw new IllegalArgumentException("a user has at least one name");
    }
  }

  /** A user by the names that have the form of an address. */
  public static User of(
      @Nullable SipAddress sip, @Nullable String smtpAddress, @Nullable String userPrincipalName) {
    return new User(sip, smtpAddress, userPrincipalName, null);
  }

  /** Every name of the form {@code local@domain}, the SIP address without {@code sip:}. */
  Stream<String> addresses() {
    return Stream.of(sip == null ? null : sip.address(), smtpAddress, userPrincipalName)
        .filter(Objects::nonNull);
  }

  /** The name that a token for a service of our own has for it, always the same for one request. */
  String named() {
    return addresses().reduce((_, last) -> last).orElseGet(this::shown);
  }

  /** How the audit log names it: by the first name that there is. */
  public String shown() {
    return sip != null
        ? sip.uri()
        : Stream.of(smtpAddress, userPrincipalName, sid)
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow();
  }
}
