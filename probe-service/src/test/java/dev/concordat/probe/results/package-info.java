/** What is remembered. */
@NullMarked
package dev.concordat.probe.results;

import org.jspecify.annotations.NullMarked;
