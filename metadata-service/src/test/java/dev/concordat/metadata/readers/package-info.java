/** Tests. */
@NullMarked
package dev.concordat.metadata.readers;

import org.jspecify.annotations.NullMarked;
