/** What the builder decides, without building an image. */
@NullMarked
package dev.concordat.images;

import org.jspecify.annotations.NullMarked;
