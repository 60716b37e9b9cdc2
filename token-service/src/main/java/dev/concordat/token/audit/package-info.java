/**
 * The audit log: who got what, who was refused, what happened to which key; a line each, in one log
 * category. What is worth a line is decided where it happens.
 */
@NullMarked
package dev.concordat.token.audit;

import org.jspecify.annotations.NullMarked;
