/**
 * What tests and the local suite use beside the product's own protocols: partner applications,
 * mailboxes, faults, what was requested.
 */
@NullMarked
package dev.concordat.simulator.administration;

import org.jspecify.annotations.NullMarked;
