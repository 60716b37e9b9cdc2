/**
 * What is run on a partner's own servers so that they accept us: {@link
 * dev.concordat.registry.setup.Setup#of} first. Templates and quoting only, all of them pure:
 * neither HTTP nor Kafka, and nothing is run from here. Sources: the vendors' cmdlet references and
 * recipes.
 */
@NullMarked
package dev.concordat.registry.setup;

import org.jspecify.annotations.NullMarked;
