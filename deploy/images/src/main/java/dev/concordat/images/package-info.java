/**
 * The container images, from built modules and a JDK: a Java runtime of the modules that are used,
 * a program, an AOT cache from a training run, written as a tarball that every engine loads. What
 * is in an image is decided in {@link dev.concordat.images.Program}; nothing here knows a service's
 * insides.
 */
@NullMarked
package dev.concordat.images;

import org.jspecify.annotations.NullMarked;
