/**
 * Who calls and who may do what: bearer tokens checked once, and roles for callers named in the
 * configuration, whose tokens tell none. Which role each request needs stands at the request.
 */
@NullMarked
package dev.concordat.registry.access;

import org.jspecify.annotations.NullMarked;
