/** Tests of what is known of a probe while it runs. */
@NullMarked
package dev.concordat.probe.progress;

import org.jspecify.annotations.NullMarked;
