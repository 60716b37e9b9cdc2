package dev.concordat.token.signing;

/**
 * A token, and whether it was signed for this request.
 *
 * @param signed the token
 * @param fresh whether it was signed just now
 */
public record Obtained<T extends SignedToken>(T signed, boolean fresh) {}
