/** Tests of who may do what. */
@NullMarked
package dev.concordat.registry.access;

import org.jspecify.annotations.NullMarked;
