/** What is written to the wire, held against the vendor's schemas, and what is read from it. */
@NullMarked
package dev.concordat.probe.exchange;

import org.jspecify.annotations.NullMarked;
