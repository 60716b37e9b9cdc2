package dev.concordat.simulator.mailboxes;

/**
 * What a program stored in a folder under a name ({@code UserConfiguration}).
 *
 * @param itemId the hidden item that the product keeps it in
 * @param content its dictionary, XML and binary data, as they were given
 */
public record UserConfiguration(StoreId itemId, Value content) {}
