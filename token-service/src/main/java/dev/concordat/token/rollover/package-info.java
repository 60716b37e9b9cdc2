/**
 * From one signing key to the next, so that no partner notices: what is due now ({@link
 * dev.concordat.token.rollover.RolloverRules}, a pure function of what is known), the one replica
 * that does it, and what admins ask for. Which key signs is decided in {@code keys}.
 */
@NullMarked
package dev.concordat.token.rollover;

import org.jspecify.annotations.NullMarked;
