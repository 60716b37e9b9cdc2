/**
 * {@code ./concordat chaos}: what happens when (schedule), what happened (history), and what must
 * have held (invariants) are pure and tested by themselves; around them stand the processes, the
 * load and the faults.
 */
@NullMarked
package dev.concordat.chaos;

import org.jspecify.annotations.NullMarked;
