/**
 * The auth metadata document: what each product publishes, read into one shape, and our own,
 * written in the shape that each product reads.
 */
@NullMarked
package dev.concordat.contracts.metadata;

import org.jspecify.annotations.NullMarked;
