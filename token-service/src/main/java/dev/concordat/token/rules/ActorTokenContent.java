package dev.concordat.token.rules;

import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;

/**
 * What an actor token says, apart from its times.
 *
 * @param issuer who signs and acts: ourselves
 * @param audience who is called
 * @param trustedForDelegation whether its holder may nest it in a user token
 */
public record ActorTokenContent(
    PrincipalName issuer, AudienceName audience, boolean trustedForDelegation) {}
