/**
 * What a partner application may be, and what a command does to the registry: {@link
 * dev.concordat.registry.rules.PartnerRules} first. Pure: no clock, no Kafka, no HTTP.
 */
@NullMarked
package dev.concordat.registry.rules;

import org.jspecify.annotations.NullMarked;
