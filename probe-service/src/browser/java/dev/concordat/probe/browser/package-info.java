/** The status page in a real browser; run with the Maven profile {@code browser}. */
@NullMarked
package dev.concordat.probe.browser;

import org.jspecify.annotations.NullMarked;
