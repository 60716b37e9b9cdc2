/**
 * Autodiscover in its three forms, SOAP, POX and JSON; each has a class, and {@link
 * dev.concordat.simulator.autodiscover.Autodiscover} stands before them.
 */
@NullMarked
package dev.concordat.simulator.autodiscover;

import org.jspecify.annotations.NullMarked;
