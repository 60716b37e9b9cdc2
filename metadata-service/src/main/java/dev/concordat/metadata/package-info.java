/**
 * The metadata-service: publishes our own auth metadata document ({@code published}), keeps reading
 * every partner's and announces what it read ({@code reading}), says how the partners are ({@code
 * health}) and who reads ours ({@code readers}), and shows it to people and machines ({@code
 * http}). This package puts them together and holds the service's settings.
 */
@NullMarked
package dev.concordat.metadata;

import org.jspecify.annotations.NullMarked;
