/**
 * The probe-service: proves end to end that a mailbox can be reached with a token of ours, and says
 * why where it can't. This package puts the parts together and holds the service's settings.
 *
 * <p>{@code diagnosis} is the decision, a pure function of what a probe saw; {@code exchange} is
 * what is said and heard on the wire; {@code running} does a probe, stage by stage; {@code
 * schedule} says when; {@code results} keeps the last ones; {@code http} shows them.
 */
@NullMarked
package dev.concordat.probe;

import org.jspecify.annotations.NullMarked;
