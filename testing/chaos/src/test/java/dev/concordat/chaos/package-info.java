@NullMarked
package dev.concordat.chaos;

import org.jspecify.annotations.NullMarked;
