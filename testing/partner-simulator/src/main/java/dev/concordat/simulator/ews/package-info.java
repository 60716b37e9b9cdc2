/**
 * Exchange Web Services. {@link dev.concordat.simulator.ews.ExchangeWebServices} takes requests and
 * hands each to its operation; operations are grouped by what they work on. {@code Soap}, {@code
 * Response} write answers; {@code Ids}, {@code PropertyPath}, {@code ItemReader}, {@code
 * Restriction} read requests; {@code ItemShape} and {@code FolderShape} tell items and folders.
 * What they work on is kept in {@code mailboxes}; whom they work for was decided in {@code trust}.
 */
@NullMarked
package dev.concordat.simulator.ews;

import org.jspecify.annotations.NullMarked;
