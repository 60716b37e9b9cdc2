/**
 * Probes that nobody asks for: {@link dev.concordat.probe.schedule.ProbeSchedule} says when each
 * mailbox's turn is, purely; {@link dev.concordat.probe.schedule.Scheduler} keeps to it for this
 * replica's share of the mailboxes.
 */
@NullMarked
package dev.concordat.probe.schedule;

import org.jspecify.annotations.NullMarked;
