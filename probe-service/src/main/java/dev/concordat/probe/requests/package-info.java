/**
 * Probes that somebody asks for: any replica takes the request, the replica whose share the mailbox
 * is in runs it, and whoever was asked learns the result from {@code concordat.probes}.
 */
@NullMarked
package dev.concordat.probe.requests;

import org.jspecify.annotations.NullMarked;
