/** Tests of the whole token-service, over HTTP and against a real broker. */
@NullMarked
package dev.concordat.token;

import org.jspecify.annotations.NullMarked;
