/** Tests of the command line. */
@NullMarked
package dev.concordat.cli;

import org.jspecify.annotations.NullMarked;
