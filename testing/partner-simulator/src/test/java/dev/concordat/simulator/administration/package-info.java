/** What tests and developers ask the administration for. */
@NullMarked
package dev.concordat.simulator.administration;

import org.jspecify.annotations.NullMarked;
