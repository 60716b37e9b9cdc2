/**
 * A simulated Exchange: a program of its own that behaves like Exchange Server SE or 2019 where
 * server-to-server OAuth and the conversation history matter. This package has the program, its
 * HTTPS front and the faults that it can be told to have; {@code trust} decides who is let in,
 * {@code mailboxes} keeps state, {@code autodiscover} and {@code ews} speak the product's
 * protocols, {@code administration} is for tests and the local suite.
 */
@NullMarked
package dev.concordat.simulator;

import org.jspecify.annotations.NullMarked;
