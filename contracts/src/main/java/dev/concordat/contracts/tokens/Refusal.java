package dev.concordat.contracts.tokens;

/**
 * A token was refused.
 *
 * @param rule the first rule that it broke
 * @param reason why, for the person who must mend it; may name the issuer, the audience and the
 *     times that the token claims, and never holds a token or a user
 */
public record Refusal(Rule rule, String reason) implements ParsedToken, Verdict {}
