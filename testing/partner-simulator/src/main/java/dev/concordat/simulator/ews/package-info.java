/**
 * Exchange Web Services: the operations that a probe of the conversation history needs, with the
 * product's shapes and faults.
 */
@NullMarked
package dev.concordat.simulator.ews;

import org.jspecify.annotations.NullMarked;
