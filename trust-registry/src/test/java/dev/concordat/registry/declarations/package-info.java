/** Tests. */
@NullMarked
package dev.concordat.registry.declarations;

import org.jspecify.annotations.NullMarked;
