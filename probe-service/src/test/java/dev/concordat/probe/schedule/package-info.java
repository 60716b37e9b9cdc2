/** Whose turn is when. */
@NullMarked
package dev.concordat.probe.schedule;

import org.jspecify.annotations.NullMarked;
