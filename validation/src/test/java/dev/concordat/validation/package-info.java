@NullMarked
package dev.concordat.validation;

import org.jspecify.annotations.NullMarked;
