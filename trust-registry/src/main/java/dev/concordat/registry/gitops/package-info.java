/**
 * A folder of files that declare partner applications, reconciled into the registry.
 *
 * <p>{@link dev.concordat.registry.gitops.Reconciliation} says, as a pure function of what lies in
 * the folder and what is registered, what is to be done and what is wrong: read it first. {@link
 * dev.concordat.registry.gitops.DeclarationFolder} reads the folder, {@link
 * dev.concordat.registry.gitops.Reconciler} has done what is to be done. How one file is read is
 * for {@code declarations}, whether a declaration holds for {@code rules}.
 */
@NullMarked
package dev.concordat.registry.gitops;

import org.jspecify.annotations.NullMarked;
