/** Where Autodiscover leads to, asked without HTTP. */
@NullMarked
package dev.concordat.simulator.autodiscover;

import org.jspecify.annotations.NullMarked;
