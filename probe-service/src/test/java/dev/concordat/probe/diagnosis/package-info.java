/** The catalogue, cause by cause. */
@NullMarked
package dev.concordat.probe.diagnosis;

import org.jspecify.annotations.NullMarked;
