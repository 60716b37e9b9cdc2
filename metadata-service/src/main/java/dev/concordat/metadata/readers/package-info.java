/**
 * Who reads our documents. {@link dev.concordat.metadata.readers.Recognition} tells a partner by
 * where a request came from and what it says it is, a pure function; {@code DocumentReaders} counts
 * and announces. What is read is in {@code published}.
 */
@NullMarked
package dev.concordat.metadata.readers;

import org.jspecify.annotations.NullMarked;
