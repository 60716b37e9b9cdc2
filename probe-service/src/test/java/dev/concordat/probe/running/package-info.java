/** What a run may remove. */
@NullMarked
package dev.concordat.probe.running;

import org.jspecify.annotations.NullMarked;
