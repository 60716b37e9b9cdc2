/** Tests. */
@NullMarked
package dev.concordat.registry.deciding;

import org.jspecify.annotations.NullMarked;
