package dev.concordat.probe.exchange;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * An element with all that is in it. Writing escapes whatever needs it; reading takes no document
 * type, no entity but XML's own five, and bounds depth and count (the size is bounded by whoever
 * read the bytes).
 *
 * @param namespace its namespace's name; empty for none
 * @param name its local name
 * @param attributes by local name
 * @param children the elements in it, in order
 * @param text the characters right in it, without those of its children
 */
public record XmlElement(
    String namespace,
    String name,
    Map<String, String> attributes,
    List<XmlElement> children,
    String text) {

  private static final int MAX_DEPTH = 64;
  private static final int MAX_ELEMENTS = 20_000;

  private static final XMLInputFactory INPUT = input();

  public XmlElement {
    children = List.copyOf(children);
  }

  private static XMLInputFactory input() {
    XMLInputFactory factory = new WstxInputFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("nothing is fetched for a document");
        });
    return factory;
  }

  /** Bytes that are no XML that is read here; the message says why. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String why) {
      super(why);
    }
  }

  /** An element of elements. */
  static XmlElement of(Namespace namespace, String name, XmlElement... children) {
    return new XmlElement(namespace.uri(), name, Map.of(), List.of(children), "");
  }

  /** An element of elements. */
  static XmlElement of(Namespace namespace, String name, List<XmlElement> children) {
    return new XmlElement(namespace.uri(), name, Map.of(), children, "");
  }

  /** An element of text. */
  static XmlElement of(Namespace namespace, String name, String text) {
    return new XmlElement(namespace.uri(), name, Map.of(), List.of(), text);
  }

  /** The same with one more attribute. */
  XmlElement with(String attribute, String value) {
    var more = new LinkedHashMap<>(attributes);
    more.put(attribute, value);
    return new XmlElement(namespace, name, more, children, text);
  }

  /** Whether it has this name in this namespace. */
  boolean is(Namespace space, String localName) {
    return name.equals(localName) && namespace.equals(space.uri());
  }

  /** An attribute's value. */
  Optional<String> attribute(String attributeName) {
    return Optional.ofNullable(attributes.get(attributeName));
  }

  /** The first child of this name, in any namespace: products differ in prefixes and defaults. */
  Optional<XmlElement> child(String localName) {
    return children.stream().filter(it -> it.name.equals(localName)).findFirst();
  }

  /** The element at the end of this path of children. */
  Optional<XmlElement> at(String... path) {
    Optional<XmlElement> found = Optional.of(this);
    for (String step : path) {
      found = found.flatMap(it -> it.child(step));
    }
    return found;
  }

  /** The stripped text at the end of this path; empty where there is none or only blanks. */
  Optional<String> textAt(String... path) {
    return at(path).map(it -> it.text.strip()).filter(it -> !it.isEmpty());
  }

  /** Itself and everything in it, in document order. */
  Stream<XmlElement> all() {
    return Stream.concat(Stream.of(this), children.stream().flatMap(XmlElement::all));
  }

  /**
   * The document with this element as its root, in UTF-8.
   *
   * @throws IllegalArgumentException if a text or value has a character that XML can't hold
   */
  byte[] write() {
    var out = new StringBuilder(2048).append("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    write(out, this, true);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(StringBuilder out, XmlElement element, boolean root) {
    String prefix = space(element.namespace).prefix();
    out.append('<');
    appendName(out, prefix, element.name);
    if (root) {
      for (String used : namespaces(element)) {
        String its = space(used).prefix();
        out.append(its.isEmpty() ? " xmlns" : " xmlns:").append(its);
        appendQuoted(out, used);
      }
    }
    element.attributes.forEach(
        (attribute, value) -> {
          out.append(' ').append(attribute);
          appendQuoted(out, value);
        });
    if (element.children.isEmpty() && element.text.isEmpty()) {
      out.append("/>");
      return;
    }
    out.append('>');
    appendEscaped(out, element.text, false);
    for (XmlElement child : element.children) {
      write(out, child, false);
    }
    out.append("</");
    appendName(out, prefix, element.name);
    out.append('>');
  }

  private static Namespace space(String namespace) {
    return Namespace.of(namespace)
        .orElseThrow(() -> new IllegalArgumentException("not ours: " + namespace));
  }

  private static void appendName(StringBuilder out, String prefix, String name) {
    if (!prefix.isEmpty()) {
      out.append(prefix).append(':');
    }
    out.append(name);
  }

  private static void appendQuoted(StringBuilder out, String value) {
    out.append("=\"");
    appendEscaped(out, value, true);
    out.append('"');
  }

  /**
   * Line ends, and blanks in values, would be made into others by whoever reads them as they are.
   */
  private static void appendEscaped(StringBuilder out, String text, boolean quoted) {
    for (int i = 0; i < text.length(); i++) {
      char it = text.charAt(i);
      switch (it) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '\r' -> out.append("&#13;");
        case '"' -> out.append(quoted ? "&quot;" : "\"");
        case '\t' -> out.append(quoted ? "&#9;" : "\t");
        case '\n' -> out.append(quoted ? "&#10;" : "\n");
        default -> {
          if (Character.isHighSurrogate(it)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            out.append(it).append(text.charAt(++i));
          } else if (it < 0x20 || Character.isSurrogate(it) || it > 0xFFFD) {
            throw new IllegalArgumentException(
                "XML can't hold the character U+%04X".formatted((int) it));
          } else {
            out.append(it);
          }
        }
      }
    }
  }

  private static Set<String> namespaces(XmlElement element) {
    var used = new LinkedHashSet<String>();
    addNamespaces(element, used);
    return used;
  }

  private static void addNamespaces(XmlElement element, Set<String> used) {
    used.add(element.namespace);
    element.children.forEach(it -> addNamespaces(it, used));
  }

  /** An element that is being read. */
  private static final class Open {
    final String namespace;
    final String name;
    final Map<String, String> attributes;
    final List<XmlElement> children = new ArrayList<>(4);
    private @Nullable StringBuilder text;

    Open(XMLStreamReader in) {
      namespace = in.getNamespaceURI() == null ? "" : in.getNamespaceURI();
      name = in.getLocalName();
      attributes = attributes(in);
    }

    private static Map<String, String> attributes(XMLStreamReader in) {
      int count = in.getAttributeCount();
      if (count == 0) {
        return Map.of();
      }
      var attributes = LinkedHashMap.<String, String>newLinkedHashMap(count);
      for (int i = 0; i < count; i++) {
        attributes.put(in.getAttributeLocalName(i), in.getAttributeValue(i));
      }
      return attributes;
    }

    void append(String characters) {
      StringBuilder all = text == null ? new StringBuilder() : text;
      text = all.append(characters);
    }

    XmlElement closed() {
      return new XmlElement(
          namespace, name, attributes, children, text == null ? "" : text.toString());
    }
  }

  /** The root element of a document. */
  static XmlElement read(byte[] document) throws Unreadable {
    try {
      XMLStreamReader in = INPUT.createXMLStreamReader(new ByteArrayInputStream(document));
      try {
        return root(in);
      } finally {
        in.close();
      }
    } catch (XMLStreamException e) {
      throw new Unreadable("it is no well-formed XML");
    }
  }

  private static XmlElement root(XMLStreamReader in) throws XMLStreamException, Unreadable {
    var open = new ArrayDeque<Open>();
    int elements = 0;
    while (in.hasNext()) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (open.size() >= MAX_DEPTH || ++elements > MAX_ELEMENTS) {
            throw new Unreadable("it has more elements, or deeper ones, than any answer has");
          }
          open.push(new Open(in));
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> addText(open, in.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          XmlElement closed = open.pop().closed();
          if (open.isEmpty()) {
            return closed;
          }
          open.element().children.add(closed);
        }
        case XMLStreamConstants.DTD -> throw new Unreadable("it has a document type");
        case XMLStreamConstants.ENTITY_REFERENCE -> throw new Unreadable("it refers to an entity");
        default -> {
          // Comments and processing instructions say nothing here.
        }
      }
    }
    throw new Unreadable("it has no element");
  }

  private static void addText(Deque<Open> open, String text) {
    Open innermost = open.peek();
    if (innermost != null) {
      innermost.append(text);
    }
  }
}
