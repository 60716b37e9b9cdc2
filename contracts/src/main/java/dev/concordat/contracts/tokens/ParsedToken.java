package dev.concordat.contracts.tokens;

/** A token that could be taken apart, or why it couldn't. */
public sealed interface ParsedToken permits S2SToken, Refusal {}
