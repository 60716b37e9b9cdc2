/**
 * How partners' documents are read. {@link dev.concordat.metadata.reading.MetadataChanges} decides
 * what a reading means, {@link dev.concordat.metadata.reading.RefreshSchedule} when the next one is
 * due: both pure. {@code Refresher} does the work that this replica's share of the partners brings.
 */
@NullMarked
package dev.concordat.metadata.reading;

import org.jspecify.annotations.NullMarked;
