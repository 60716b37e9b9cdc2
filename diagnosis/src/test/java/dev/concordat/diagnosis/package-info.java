/** The catalogue, cause by cause. */
@NullMarked
package dev.concordat.diagnosis;

import org.jspecify.annotations.NullMarked;
