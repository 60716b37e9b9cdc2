/**
 * The trust registry: holds the partner applications and announces each change.
 *
 * <p>{@code rules} decides what may be registered, as a pure function; {@code deciding} has
 * commands decided exactly once, in one order, through Kafka transactions; {@code http} is what
 * admins and machines call. This package holds the directory that all of them read.
 */
@NullMarked
package dev.concordat.registry;

import org.jspecify.annotations.NullMarked;
