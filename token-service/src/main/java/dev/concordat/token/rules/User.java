package dev.concordat.token.rules;

import dev.concordat.contracts.names.SipAddress;
import org.jspecify.annotations.Nullable;

/**
 * A user by well-formed names. What is unknown stays absent: a token never guesses a name.
 *
 * @param sip the SIP address
 * @param smtpAddress the primary SMTP address, lower case
 * @param userPrincipalName the UPN, lower case
 */
public record User(
    SipAddress sip, @Nullable String smtpAddress, @Nullable String userPrincipalName) {}
