/** Tests of the metadata-service. */
@NullMarked
package dev.concordat.metadata;

import org.jspecify.annotations.NullMarked;
