package dev.concordat.contracts.tokens;

/** Whether a token holds. */
public sealed interface Verdict permits Accepted, Refusal {}
