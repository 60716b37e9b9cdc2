package dev.concordat.simulator.mailboxes;

import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an item holds, whoever keeps it.
 *
 * @param type what kind of item it is
 * @param properties its properties by name
 * @param extended its extended properties
 * @param attachments what is attached
 */
public record Content(
    ItemType type,
    Map<String, Value> properties,
    Map<ExtendedProperty, Value> extended,
    List<Attachment> attachments) {

  /**
   * What is attached to an item.
   *
   * @param id opaque
   * @param content its name, media type and bytes, as its properties
   */
  public record Attachment(String id, Value content) {}

  public Content {
    properties = Map.copyOf(properties);
    extended = Map.copyOf(extended);
    attachments = List.copyOf(attachments);
  }

  /** An item with nothing in it but its class. */
  public static Content of(ItemType type, String itemClass) {
    return new Content(type, Map.of("ItemClass", Value.of(itemClass)), Map.of(), List.of());
  }

  /** The same with a property set. */
  public Content with(String name, Value value) {
    var changed = new TreeMap<>(properties);
    changed.put(name, value);
    return new Content(type, changed, extended, attachments);
  }

  /** The same with a property set. */
  public Content with(String name, String text) {
    return with(name, Value.of(text));
  }

  /** The same without a property. */
  public Content without(String name) {
    var changed = new TreeMap<>(properties);
    changed.remove(name);
    return new Content(type, changed, extended, attachments);
  }

  /** The same with an extended property set. */
  public Content with(ExtendedProperty name, Value value) {
    var changed = new HashMap<>(extended);
    changed.put(name, value);
    return new Content(type, properties, changed, attachments);
  }

  /** The same without an extended property. */
  public Content without(ExtendedProperty name) {
    var changed = new HashMap<>(extended);
    changed.remove(name);
    return new Content(type, properties, changed, attachments);
  }

  /** The same with other attachments. */
  public Content with(List<Attachment> others) {
    return new Content(type, properties, extended, others);
  }

  /** The text of a property. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(properties.get(name)).map(Value::text);
  }

  /** Bytes that it takes, roughly. */
  int size() {
    int size = 512;
    for (var property : properties.entrySet()) {
      size += property.getValue().size();
    }
    for (var property : extended.entrySet()) {
      size += property.getValue().size();
    }
    for (Attachment attachment : attachments) {
      size += attachment.content().size();
    }
    return size;
  }
}
