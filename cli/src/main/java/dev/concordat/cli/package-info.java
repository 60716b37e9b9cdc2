/**
 * The {@code concordat} command for admins: partner applications, probes, tokens and events of a
 * suite that runs, here or elsewhere. It speaks to the services by HTTP only and decides nothing
 * that they decide. Results go to standard output, everything else to standard error; the exit code
 * is 0 for done or passed, 1 for failed or refused, 2 for wrong usage or a suite that can't be
 * reached.
 */
@NullMarked
package dev.concordat.cli;

import org.jspecify.annotations.NullMarked;
