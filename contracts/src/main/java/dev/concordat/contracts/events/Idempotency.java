package dev.concordat.contracts.events;

/**
 * What makes a command that was sent twice the same command: a client that heard no answer asks
 * again with the same {@code Idempotency-Key}, and gets the first answer.
 *
 * @param key SHA-256, in hex, of who asked and of the key as he sent it
 * @param fingerprint SHA-256, in hex, of what was asked; another one under the same key is refused
 */
public record Idempotency(String key, String fingerprint) {}
