/** Tests. */
@NullMarked
package dev.concordat.metadata.reading;

import org.jspecify.annotations.NullMarked;
