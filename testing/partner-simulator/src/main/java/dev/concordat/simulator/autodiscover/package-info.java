/** Autodiscover in its three forms: SOAP, POX and JSON. */
@NullMarked
package dev.concordat.simulator.autodiscover;

import org.jspecify.annotations.NullMarked;
