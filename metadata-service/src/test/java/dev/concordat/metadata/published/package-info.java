/** Tests. */
@NullMarked
package dev.concordat.metadata.published;

import org.jspecify.annotations.NullMarked;
