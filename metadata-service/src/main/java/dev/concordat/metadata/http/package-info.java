/** The service's HTTP side for admins: what was read of whom, reading anew, accepting a change. */
@NullMarked
package dev.concordat.metadata.http;

import org.jspecify.annotations.NullMarked;
