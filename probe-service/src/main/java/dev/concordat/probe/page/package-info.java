/**
 * The status page, for people: every target at a glance, and one target in full. {@link
 * dev.concordat.probe.page.Overview} says purely what there is to see; templates show it; scripts
 * only keep it fresh. Nothing on it comes from another host, and no style or script is inline.
 */
@NullMarked
package dev.concordat.probe.page;

import org.jspecify.annotations.NullMarked;
