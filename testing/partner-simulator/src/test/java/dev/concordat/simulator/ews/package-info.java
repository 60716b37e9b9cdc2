/** What the web services answer, asked without HTTP. */
@NullMarked
package dev.concordat.simulator.ews;

import org.jspecify.annotations.NullMarked;
