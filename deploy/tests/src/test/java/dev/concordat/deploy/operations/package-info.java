/** Operations that must not be noticed: a rolling restart under load. */
@NullMarked
package dev.concordat.deploy.operations;

import org.jspecify.annotations.NullMarked;
