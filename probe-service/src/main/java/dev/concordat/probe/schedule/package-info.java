/**
 * Probes that nobody asks for. {@link dev.concordat.probe.schedule.ProbeSchedule} says when each
 * target's turn is, {@link dev.concordat.probe.schedule.Timetable} whose turn it is now, {@link
 * dev.concordat.probe.schedule.Heartbeats} whose results never came; all of them pure. {@link
 * dev.concordat.probe.schedule.Scheduler} keeps to them for this replica's share of the mailboxes.
 */
@NullMarked
package dev.concordat.probe.schedule;

import org.jspecify.annotations.NullMarked;
