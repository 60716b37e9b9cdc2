/**
 * How partners' documents are read. {@link dev.concordat.metadata.reading.MetadataChanges} decides
 * what a reading means, {@link dev.concordat.metadata.reading.RefreshSchedule} when the next one is
 * due, {@link dev.concordat.metadata.reading.RequestLimit} whether a stranger's token may cause
 * one: all pure. {@code PartnerReader} reads one partner once, {@code Agenda} knows who is due,
 * {@code Refresher} does the work that this replica's share of the partners brings.
 */
@NullMarked
package dev.concordat.metadata.reading;

import org.jspecify.annotations.NullMarked;
