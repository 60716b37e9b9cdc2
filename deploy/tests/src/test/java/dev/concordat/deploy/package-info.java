/**
 * Tests of everything under {@code deploy/}. What is needed to look at it (the checkout, YAML, the
 * Kubernetes API's rules) lives here; each artefact's tests live in a package of their own.
 */
@NullMarked
package dev.concordat.deploy;

import org.jspecify.annotations.NullMarked;
