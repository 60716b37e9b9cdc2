/** Tests of what there is to see on the status page. */
@NullMarked
package dev.concordat.probe.page;

import org.jspecify.annotations.NullMarked;
