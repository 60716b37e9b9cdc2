/**
 * How the simulated servers are set up: the products' own cmdlets with their own parameters, given
 * as JSON or as the line that an admin would type. What can't be done is refused in the products'
 * words where they are known.
 */
@NullMarked
package dev.concordat.simulator.cmdlets;

import org.jspecify.annotations.NullMarked;
