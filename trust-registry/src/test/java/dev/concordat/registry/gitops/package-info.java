/** Tests. */
@NullMarked
package dev.concordat.registry.gitops;

import org.jspecify.annotations.NullMarked;
