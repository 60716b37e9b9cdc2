/**
 * The simulated Exchange as a server behind the HTTPS front: which of its endpoints a request is
 * for, who is let in to them, and how it behaves when it is told to be faulty. What the endpoints
 * do lives in {@code autodiscover} and {@code ews}.
 */
@NullMarked
package dev.concordat.simulator.exchange;

import org.jspecify.annotations.NullMarked;
