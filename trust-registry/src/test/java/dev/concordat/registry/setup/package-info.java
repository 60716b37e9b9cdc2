/** Tests of the commands for partners. */
@NullMarked
package dev.concordat.registry.setup;

import org.jspecify.annotations.NullMarked;
