package dev.concordat.registry.declarations;

/**
 * Where something stands in a file.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
public record Place(int line, int column) {}
