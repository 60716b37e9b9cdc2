/** Clients that others wrote, unmodified, against the simulated Exchange. */
@NullMarked
package dev.concordat.simulator.clients;

import org.jspecify.annotations.NullMarked;
