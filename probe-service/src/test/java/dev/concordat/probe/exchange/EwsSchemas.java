package dev.concordat.probe.exchange;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * The vendor's schemas of EWS, from {@code EWS_SCHEMA_DIR}, by default beside the checkout. They
 * are not part of the project: where they are not there, what needs them is skipped and says so.
 */
final class EwsSchemas {

  private final Schema messages;

  private EwsSchemas(Schema messages) {
    this.messages = messages;
  }

  static EwsSchemas orSkip() throws SAXException {
    Path folder =
        Optional.ofNullable(System.getenv("EWS_SCHEMA_DIR"))
            .map(Path::of)
            .orElseGet(EwsSchemas::besideTheCheckout);
    Path file = folder.resolve("messages.xsd");
    assumeTrue(
        Files.isReadable(file),
        () -> "skipped: the EWS schemas are not at " + folder + " (EWS_SCHEMA_DIR names them)");
    return new EwsSchemas(
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(file.toFile()));
  }

  private static Path besideTheCheckout() {
    Path root = Path.of("").toAbsolutePath();
    while (root.getParent() != null && !Files.exists(root.resolve("mvnw"))) {
      root = root.getParent();
    }
    return root.resolveSibling("shared").resolve("ews-schema");
  }

  /**
   * Holds the content of a SOAP body against the schema.
   *
   * @throws SAXException where it breaks it, and says how
   */
  void validate(byte[] envelope)
      throws SAXException, IOException, ParserConfigurationException, TransformerException {
    var documents = DocumentBuilderFactory.newInstance();
    documents.setNamespaceAware(true);
    var document = documents.newDocumentBuilder().parse(new java.io.ByteArrayInputStream(envelope));
    var body = document.getElementsByTagNameNS(Namespace.SOAP.uri(), "Body").item(0);
    Element operation = null;
    for (Node it = body.getFirstChild(); it != null; it = it.getNextSibling()) {
      if (it instanceof Element element) {
        operation = element;
      }
    }
    var text = new StringWriter();
    TransformerFactory.newInstance()
        .newTransformer()
        .transform(new DOMSource(operation), new StreamResult(text));
    messages.newValidator().validate(new StreamSource(new StringReader(text.toString())));
  }
}
