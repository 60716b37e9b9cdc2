/** Mailboxes with folders and items that stay. Knows nothing of XML or HTTP. */
@NullMarked
package dev.concordat.simulator.mailboxes;

import org.jspecify.annotations.NullMarked;
