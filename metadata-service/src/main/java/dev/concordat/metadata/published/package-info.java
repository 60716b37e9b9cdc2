/** What we publish of ourselves: documents written once per change and answered from memory. */
@NullMarked
package dev.concordat.metadata.published;

import org.jspecify.annotations.NullMarked;
