/**
 * Partner applications as people and files declare them: how a declaration is read, and what is
 * wrong with one that can't be. Whether it holds is for {@link
 * dev.concordat.registry.rules.PartnerRules} to say; how a folder of them comes into the registry,
 * for {@code dev.concordat.registry.gitops}.
 */
@NullMarked
package dev.concordat.registry.declarations;

import org.jspecify.annotations.NullMarked;
