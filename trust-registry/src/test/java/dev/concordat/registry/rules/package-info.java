/** Tests. */
@NullMarked
package dev.concordat.registry.rules;

import org.jspecify.annotations.NullMarked;
