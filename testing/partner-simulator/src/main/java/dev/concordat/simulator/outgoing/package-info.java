/**
 * The simulated servers as callers: how they read metadata documents, get tokens, by their own
 * signature or from a token server, and call others with them. Whoever calls writes down each step.
 */
@NullMarked
package dev.concordat.simulator.outgoing;

import org.jspecify.annotations.NullMarked;
