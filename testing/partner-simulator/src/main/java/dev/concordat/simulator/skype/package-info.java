/**
 * A simulated Skype for Business front end: what it answers to whoever presents a token, and the
 * test with which it looks at Exchange.
 */
@NullMarked
package dev.concordat.simulator.skype;

import org.jspecify.annotations.NullMarked;
