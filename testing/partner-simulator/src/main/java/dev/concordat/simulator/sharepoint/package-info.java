/**
 * A simulated SharePoint farm with one site: its metadata document, its challenge at {@code
 * client.svc}, the application principals with their permissions, and as much of REST as shows who
 * was let in.
 */
@NullMarked
package dev.concordat.simulator.sharepoint;

import org.jspecify.annotations.NullMarked;
