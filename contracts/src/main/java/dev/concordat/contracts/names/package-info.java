/**
 * The names that server-to-server tokens and challenges carry: who speaks ({@link
 * dev.concordat.contracts.names.PrincipalName}), to whom ({@link
 * dev.concordat.contracts.names.AudienceName}) and for which user ({@link
 * dev.concordat.contracts.names.SipAddress}). How they are read, compared and written, and nothing
 * about whether anyone trusts them.
 */
@NullMarked
package dev.concordat.contracts.names;

import org.jspecify.annotations.NullMarked;
