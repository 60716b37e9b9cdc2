/** Tests. */
@NullMarked
package dev.concordat.metadata.health;

import org.jspecify.annotations.NullMarked;
