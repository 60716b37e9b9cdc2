/**
 * Who may do what, where a token itself doesn't say: roles for callers named in the configuration.
 * Which role each request needs stands at the request.
 */
@NullMarked
package dev.concordat.registry.access;

import org.jspecify.annotations.NullMarked;
