/** Tests of the local suite. */
@NullMarked
package dev.concordat.suite;

import org.jspecify.annotations.NullMarked;
