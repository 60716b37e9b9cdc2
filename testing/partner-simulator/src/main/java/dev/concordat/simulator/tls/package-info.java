/**
 * TLS of the simulated servers: an authority of the laboratory, the certificates that it signs, and
 * handshakes that go wrong on demand.
 */
@NullMarked
package dev.concordat.simulator.tls;

import org.jspecify.annotations.NullMarked;
