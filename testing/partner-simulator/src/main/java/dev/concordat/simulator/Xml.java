package dev.concordat.simulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** XML in and out: no DTD, no entities, bounded depth in; well-formed by construction out. */
public final class Xml {

  private static final int MAX_DEPTH = 64;
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

  /**
   * The local name of the first element in the SOAP body, without reading what follows; empty where
   * it can't be told. A parser would cost more than it is worth to whoever only wants to know which
   * operation this is: nothing is decided by it but which fault a request meets.
   */
  public static Optional<String> operation(byte[] xml) {
    boolean inBody = false;
    int at = 0;
    while (true) {
      while (at < xml.length && xml[at] != '<') {
        at++;
      }
      if (++at >= xml.length) {
        return Optional.empty();
      }
      switch (xml[at]) {
        case '?' -> at = after(xml, at, "?>");
        case '!' -> {
          if (!startsWith(xml, at, "!--")) {
            return Optional.empty();
          }
          at = after(xml, at + 3, "-->");
        }
        case '/' -> at = after(xml, at, ">");
        default -> {
          int end = at;
          while (end < xml.length && " \t\r\n/>".indexOf(xml[end]) < 0) {
            end++;
          }
          String name = new String(xml, at, end - at, StandardCharsets.UTF_8);
          String local = name.substring(name.indexOf(':') + 1);
          if (inBody) {
            return local.isEmpty() ? Optional.empty() : Optional.of(local);
          }
          inBody = local.equals("Body");
          at = afterTag(xml, end);
        }
      }
    }
  }

  /** Behind the end of a tag; what stands in quotes does not end it. */
  private static int afterTag(byte[] xml, int from) {
    int quote = 0;
    for (int at = from; at < xml.length; at++) {
      int one = xml[at];
      if (quote != 0) {
        quote = one == quote ? 0 : quote;
      } else if (one == '"' || one == '\'') {
        quote = one;
      } else if (one == '>') {
        return at + 1;
      }
    }
    return xml.length;
  }

  private static int after(byte[] xml, int from, String end) {
    for (int at = from; at <= xml.length - end.length(); at++) {
      if (startsWith(xml, at, end)) {
        return at + end.length();
      }
    }
    return xml.length;
  }

  private static boolean startsWith(byte[] xml, int at, String text) {
    if (at + text.length() > xml.length) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (xml[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
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

  /**
   * Writes elements with prefixes as given; namespaces are declared by hand where they begin. It
   * writes straight into text: most of what an answer costs would else be a general writer's
   * bookkeeping.
   */
  public static final class Writer {
    private final StringBuilder out;
    private boolean inTag;

    Writer(StringBuilder out) {
      this.out = out;
    }

    /** An element with content. */
    public Writer element(String name, Content content) throws XMLStreamException {
      begin(name);
      content.write(this);
      endTag();
      end(name);
      return this;
    }

    /** An element with text. */
    public Writer text(String name, String text) throws XMLStreamException {
      begin(name);
      endTag();
      escape(printable(text), false);
      end(name);
      return this;
    }

    /** An element with nothing in it. */
    public Writer empty(String name) throws XMLStreamException {
      endTag();
      out.append('<').append(name).append("/>");
      return this;
    }

    /** An attribute, or a namespace, of the element just begun. */
    public Writer attribute(String name, String value) throws XMLStreamException {
      if (!inTag) {
        throw new XMLStreamException("the attribute " + name + " comes after content");
      }
      out.append(' ').append(name).append("=\"");
      escape(printable(value), true);
      out.append('"');
      return this;
    }

    /** Text in the element just begun. */
    public Writer characters(String text) throws XMLStreamException {
      endTag();
      escape(printable(text), false);
      return this;
    }

    private void begin(String name) {
      endTag();
      out.append('<').append(name);
      inTag = true;
    }

    private void endTag() {
      if (inTag) {
        out.append('>');
        inTag = false;
      }
    }

    private void end(String name) {
      out.append("</").append(name).append('>');
    }

    private void escape(String text, boolean inAttribute) {
      int written = 0;
      for (int i = 0; i < text.length(); i++) {
        String instead =
            switch (text.charAt(i)) {
              case '&' -> "&amp;";
              case '<' -> "&lt;";
              case '>' -> "&gt;";
              // A reader would make a line feed of it.
              case '\r' -> "&#xD;";
              case '"' -> inAttribute ? "&quot;" : "";
              case '\n' -> inAttribute ? "&#xA;" : "";
              case '\t' -> inAttribute ? "&#x9;" : "";
              default -> "";
            };
        if (!instead.isEmpty()) {
          out.append(text, written, i).append(instead);
          written = i + 1;
        }
      }
      out.append(text, written, text.length());
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
    return write("<?xml version=\"1.0\" encoding=\"utf-8\"?>", content);
  }

  /** A whole document without a declaration. */
  public static String writeBare(Content content) {
    return write("", content);
  }

  private static String write(String before, Content content) {
    var text = new StringBuilder(4096).append(before);
    try {
      content.write(new Writer(text));
    } catch (XMLStreamException e) {
      throw new IllegalStateException("XML that can't be written", e);
    }
    return text.toString();
  }
}
