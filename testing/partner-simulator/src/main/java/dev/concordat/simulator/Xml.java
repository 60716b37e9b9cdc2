package dev.concordat.simulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** XML in and out: no DTD, no entities, bounded depth in; well-formed by construction out. */
public final class Xml {

  private static final int MAX_DEPTH = 64;
  private static final XMLOutputFactory OUTPUT = XMLOutputFactory.newDefaultFactory();
  private static final XMLInputFactory INPUT = XMLInputFactory.newDefaultFactory();
  private static final ThreadLocal<DocumentBuilder> BUILDERS =
      ThreadLocal.withInitial(Xml::builder);

  static {
    INPUT.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    INPUT.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
  }

  private Xml() {}

  /** XML that is refused. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private static DocumentBuilder builder() {
    try {
      var factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setNamespaceAware(true);
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      // A tree that is read whole is cheaper made at once than piece by piece.
      factory.setFeature("http://apache.org/xml/features/dom/defer-node-expansion", false);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new Silent());
      return builder;
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's parser lacks a feature", e);
    }
  }

  /** Reads a document. */
  public static Document read(byte[] xml) throws Refused {
    try {
      Document document = BUILDERS.get().parse(new ByteArrayInputStream(xml));
      requireShallow(document.getDocumentElement(), 1);
      return document;
    } catch (SAXException | IOException e) {
      throw new Refused("the request is no well-formed XML without a document type");
    }
  }

  /**
   * The line and column where the element of this number begins, counted from 1 in the order of
   * their beginnings; 1, 1 where it can't be told.
   */
  public static int[] position(byte[] xml, int element) {
    try {
      XMLStreamReader reader = INPUT.createXMLStreamReader(new ByteArrayInputStream(xml));
      int seen = 0;
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamConstants.START_ELEMENT && ++seen == element) {
          return new int[] {
            reader.getLocation().getLineNumber(), reader.getLocation().getColumnNumber()
          };
        }
      }
    } catch (XMLStreamException e) {
      // Whoever asks has read it already.
    }
    return new int[] {1, 1};
  }

  /** The local name of the first element in the SOAP body, without reading what follows. */
  public static Optional<String> operation(byte[] xml) {
    try {
      XMLStreamReader reader = INPUT.createXMLStreamReader(new ByteArrayInputStream(xml));
      boolean inBody = false;
      while (reader.hasNext()) {
        int event = reader.next();
        if (event == XMLStreamConstants.DTD) {
          return Optional.empty();
        }
        if (event == XMLStreamConstants.START_ELEMENT) {
          if (inBody) {
            return Optional.of(reader.getLocalName());
          }
          inBody = reader.getLocalName().equals("Body");
        }
      }
    } catch (XMLStreamException e) {
      // It is no XML, and so no operation.
    }
    return Optional.empty();
  }

  private static void requireShallow(Element element, int depth) throws Refused {
    if (depth > MAX_DEPTH) {
      throw new Refused("the request is nested too deeply");
    }
    for (Element child : children(element)) {
      requireShallow(child, depth + 1);
    }
  }

  private static final class Silent implements ErrorHandler {
    @Override
    public void warning(SAXParseException e) {}

    @Override
    public void error(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }
  }

  /** Which element of its document it is, counted from 1 in the order of their beginnings. */
  public static int number(Element element) {
    int number = 1;
    for (Node at = element; at != null; ) {
      Node before = at.getPreviousSibling();
      if (before != null) {
        at = before;
        if (before instanceof Element earlier) {
          number += 1 + earlier.getElementsByTagName("*").getLength();
        }
      } else {
        at = at.getParentNode();
        if (at instanceof Element) {
          number++;
        }
      }
    }
    return number;
  }

  /** The elements in an element. */
  public static List<Element> children(Element parent) {
    var children = new ArrayList<Element>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }

  /** The first element of this local name in an element. */
  public static Optional<Element> child(Element parent, String name) {
    return children(parent).stream().filter(it -> it.getLocalName().equals(name)).findFirst();
  }

  /** The element along a path of local names. */
  public static Optional<Element> at(Element start, String... path) {
    Optional<Element> at = Optional.of(start);
    for (String name : path) {
      at = at.flatMap(it -> child(it, name));
    }
    return at;
  }

  /** The text of the first element of this name in an element. */
  public static Optional<String> text(Element parent, String name) {
    return child(parent, name).map(it -> it.getTextContent().strip());
  }

  /** Something that writes elements. */
  @FunctionalInterface
  public interface Content {
    void write(Writer writer) throws XMLStreamException;
  }

  /** Writes elements with prefixes as given; namespaces are declared by hand where they begin. */
  public static final class Writer {
    private final XMLStreamWriter out;

    Writer(XMLStreamWriter out) {
      this.out = out;
    }

    /** An element with content. */
    public Writer element(String name, Content content) throws XMLStreamException {
      out.writeStartElement(name);
      content.write(this);
      out.writeEndElement();
      return this;
    }

    /** An element with text. */
    public Writer text(String name, String text) throws XMLStreamException {
      out.writeStartElement(name);
      out.writeCharacters(printable(text));
      out.writeEndElement();
      return this;
    }

    /** An element with nothing in it. */
    public Writer empty(String name) throws XMLStreamException {
      out.writeEmptyElement(name);
      return this;
    }

    /** An attribute, or a namespace, of the element just begun. */
    public Writer attribute(String name, String value) throws XMLStreamException {
      out.writeAttribute(name, printable(value));
      return this;
    }

    /** Text in the element just begun. */
    public Writer characters(String text) throws XMLStreamException {
      out.writeCharacters(printable(text));
      return this;
    }

    /** XML 1.0 has no room for some characters. */
    private static String printable(String text) {
      for (int i = 0; i < text.length(); i++) {
        char one = text.charAt(i);
        if (one < 0x20 || one > 0xD7FF) {
          return onlyPrintable(text);
        }
      }
      return text;
    }

    private static String onlyPrintable(String text) {
      return text.codePoints()
          .filter(
              it ->
                  it == 0x9
                      || it == 0xA
                      || it == 0xD
                      || (it >= 0x20 && it <= 0xD7FF)
                      || (it >= 0xE000 && it <= 0xFFFD)
                      || it >= 0x10000)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();
    }
  }

  /** A whole document. */
  public static String write(Content content) {
    var text = new StringWriter();
    text.append("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    return write(text, content);
  }

  /** A whole document without a declaration. */
  public static String writeBare(Content content) {
    return write(new StringWriter(), content);
  }

  private static String write(StringWriter text, Content content) {
    try {
      XMLStreamWriter out = OUTPUT.createXMLStreamWriter(text);
      content.write(new Writer(out));
      out.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("XML that can't be written", e);
    }
    return text.toString();
  }
}
