/**
 * Partner applications as people and files declare them: how a declaration is read, and what is
 * wrong with one that can't be. Whether it holds is for {@link
 * dev.concordat.registry.rules.PartnerRules} to say.
 */
@NullMarked
package dev.concordat.registry.declarations;

import org.jspecify.annotations.NullMarked;
