/** Tests of the decision. */
@NullMarked
package dev.concordat.token.rules;

import org.jspecify.annotations.NullMarked;
