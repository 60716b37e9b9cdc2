package dev.concordat.messaging;

/**
 * An event in a feed.
 *
 * @param position what to give as {@code Last-Event-ID} to go on behind it
 * @param type the CloudEvents type
 * @param json the event in the structured JSON format
 */
public record FeedItem(String position, String type, String json) {}
