package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.mailboxes.Value;
import dev.concordat.simulator.mailboxes.Value.Part;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/** What the server knows of everybody, not of one mailbox: names and time zones. */
final class DirectoryOperations {

  private static final int MOST_RESOLVED = 100;

  private final Mailboxes mailboxes;

  DirectoryOperations(Mailboxes mailboxes) {
    this.mailboxes = mailboxes;
  }

  void register(Map<String, Call.Operation> operations) {
    operations.put("ResolveNames", this::resolve);
    operations.put("ExpandDL", DirectoryOperations::expand);
    operations.put("GetServerTimeZones", DirectoryOperations::timeZones);
    operations.put("ConvertId", IdConversion::convert);
  }

  private Response resolve(Call call) throws EwsFault {
    boolean full = Call.isTrue(call.operation().getAttribute("ReturnFullContactData"));
    String entry = call.required("UnresolvedEntry").getTextContent().strip();
    if (entry.isEmpty()) {
      throw EwsFault.schema(
          call.required("UnresolvedEntry"),
          "The 'UnresolvedEntry' element is invalid - The value '' is invalid according to its datatype 'http://schemas.microsoft.com/exchange/services/2006/types:NonEmptyStringType' - The actual length is less than the MinLength value.");
    }
    List<Mailbox> found = mailboxes.beginningWith(entry, MOST_RESOLVED);
    if (found.isEmpty()) {
      return Response.of(
          Message.error(new EwsError("ErrorNameResolutionNoResults", "No results were found.")));
    }
    Xml.Content set =
        out ->
            out.element(
                "m:ResolutionSet",
                it -> {
                  it.attribute("TotalItemsInView", Integer.toString(found.size()));
                  it.attribute("IncludesLastItemInRange", "true");
                  for (Mailbox one : found) {
                    it.element("t:Resolution", resolution -> resolution(resolution, one, full));
                  }
                });
    return Response.of(
        found.size() == 1
            ? Message.success(set)
            : Message.warning(
                new EwsError("ErrorNameResolutionMultipleResults", "Multiple results were found."),
                set));
  }

  private static void resolution(Xml.Writer out, Mailbox mailbox, boolean full)
      throws XMLStreamException {
    Values.write(out, "Mailbox", ItemProperties.mailbox(mailbox.displayName(), mailbox.address()));
    if (full) {
      Values.write(
          out,
          "Contact",
          Value.of(
              new Part("DisplayName", Value.of(mailbox.displayName())),
              new Part(
                  "EmailAddresses",
                  Value.of(
                      new Part(
                          "Entry", Value.of("SMTP:" + mailbox.address(), "Key", "EmailAddress1")))),
              new Part("ContactSource", Value.of("ActiveDirectory"))));
    }
  }

  /** There are no distribution groups here. */
  private static Response expand(Call call) throws EwsFault {
    call.required("Mailbox");
    return Response.of(
        Message.error(new EwsError("ErrorNameResolutionNoResults", "No results were found.")));
  }

  private static Response timeZones(Call call) throws EwsFault {
    boolean full =
        !call.operation().hasAttribute("ReturnFullTimeZoneData")
            || Call.isTrue(call.operation().getAttribute("ReturnFullTimeZoneData"));
    List<String> asked =
        call.child("Ids").stream()
            .flatMap(it -> Xml.children(it).stream())
            .map(Element::getTextContent)
            .map(String::strip)
            .toList();
    List<TimeZones.Zone> zones =
        TimeZones.ALL.stream().filter(it -> asked.isEmpty() || asked.contains(it.id())).toList();
    return Response.of(
        Message.success(
            out ->
                out.element(
                    "m:TimeZoneDefinitions",
                    it -> {
                      for (TimeZones.Zone zone : zones) {
                        TimeZones.write(it, zone, full);
                      }
                    })));
  }
}
