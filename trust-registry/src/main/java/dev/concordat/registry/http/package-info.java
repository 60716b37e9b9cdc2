/** The registry's HTTP side: endpoints, their bodies and their problems. It decides nothing. */
@NullMarked
package dev.concordat.registry.http;

import org.jspecify.annotations.NullMarked;
