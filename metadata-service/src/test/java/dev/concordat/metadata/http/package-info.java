/** Tests of what the service says over HTTP, with a real broker behind it. */
@NullMarked
package dev.concordat.metadata.http;

import org.jspecify.annotations.NullMarked;
