/**
 * The guard that every outbound HTTP request of the suite goes through: {@link
 * dev.concordat.outbound.GuardedHttp}. It decides where requests may go ({@link
 * dev.concordat.outbound.AddressRule}), bounds what comes back, and says plainly what went wrong.
 * It knows nothing of what is asked for: documents, tokens and mailboxes are its callers' matter.
 */
@NullMarked
package dev.concordat.outbound;

import org.jspecify.annotations.NullMarked;
