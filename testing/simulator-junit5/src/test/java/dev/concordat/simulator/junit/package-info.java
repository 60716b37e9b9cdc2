@NullMarked
package dev.concordat.simulator.junit;

import org.jspecify.annotations.NullMarked;
