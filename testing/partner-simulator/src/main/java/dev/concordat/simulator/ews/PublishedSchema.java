package dev.concordat.simulator.ews;

import java.io.IOException;
import java.nio.file.Path;
import javax.xml.XMLConstants;
import javax.xml.transform.dom.DOMSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Holds requests to the schemas that the vendor publishes, where somebody has them. */
final class PublishedSchema implements RequestCheck {

  private final Schema messages;

  /**
   * @param folder the folder with {@code messages.xsd}
   * @throws IllegalArgumentException if there is none, or none that can be read
   */
  PublishedSchema(Path folder) {
    Path file = folder.resolve("messages.xsd");
    try {
      messages =
          SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(file.toFile());
    } catch (SAXException e) {
      throw new IllegalArgumentException("no schema can be read from " + file, e);
    }
  }

  @Override
  public void check(Element operation) throws EwsFault {
    try {
      messages.newValidator().validate(new DOMSource(operation));
    } catch (SAXException e) {
      throw EwsFault.schema(operation, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("a tree in memory can't be read", e);
    }
  }
}
