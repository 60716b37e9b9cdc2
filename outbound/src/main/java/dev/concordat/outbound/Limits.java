package dev.concordat.outbound;

import java.time.Duration;

/**
 * How much a request may take.
 *
 * @param time from the beginning to the last byte, redirects included
 * @param answerBytes the largest answer, in bytes after decompression
 */
public record Limits(Duration time, int answerBytes) {}
