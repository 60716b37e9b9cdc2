/**
 * The whole suite, tested as its users meet it: by the command line, by HTTP and by its events,
 * with real processes, a real broker and real TLS. What a single module promises is tested there,
 * not here; the architecture that no module can see by itself is tested here.
 */
@NullMarked
package dev.concordat.endtoend;

import org.jspecify.annotations.NullMarked;
