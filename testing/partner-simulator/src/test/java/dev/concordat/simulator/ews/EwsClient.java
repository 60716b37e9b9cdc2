package dev.concordat.simulator.ews;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.trust.Admission;
import dev.concordat.simulator.trust.PartnerApplication;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.w3c.dom.Element;

/** Asks the web services as a user's client does, at a time that the test sets. */
final class EwsClient {

  static final String KEN = "kenmyer@litwareinc.com";
  static final String PILAR = "pilar@litwareinc.com";

  private static final PartnerApplication US =
      new PartnerApplication(
          "us",
          PrincipalName.tryParse("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com")
              .orElseThrow(),
          new PartnerApplication.Source.Certificate(),
          List.of(),
          true,
          PartnerApplication.Type.LYNC.rights());

  final Mailboxes mailboxes = new Mailboxes();
  final ExchangeWebServices services;
  Instant now = Instant.parse("2026-11-26T10:00:00Z");
  String version = "Exchange2016";

  EwsClient() {
    services = new ExchangeWebServices(mailboxes, () -> now);
    mailboxes.make(KEN);
    mailboxes.make(PILAR);
  }

  Mailbox ken() {
    return mailboxes.find(KEN).orElseThrow();
  }

  /** Asks as Ken. */
  HttpAnswer ask(String operation) {
    return ask(operation, "", admission(KEN));
  }

  HttpAnswer askAs(String address, String operation) {
    return ask(operation, "", admission(address));
  }

  /** Whoever acts for the user of an address. */
  Admission admission(String address) {
    return new Admission.ForUser(US, mailboxes.find(address).orElseThrow());
  }

  HttpAnswer askAsApplication(String header, String operation) {
    return ask(operation, header, new Admission.AppOnly(US));
  }

  HttpAnswer ask(String operation, String header, Admission admission) {
    return services.answer(
        """
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
        xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" \
        xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header>\
        <t:RequestServerVersion Version="%s"/>%s</s:Header><s:Body>%s</s:Body></s:Envelope>\
        """
            .formatted(version, header, operation)
            .getBytes(StandardCharsets.UTF_8),
        admission);
  }

  /** Asks as Ken, and expects an answer that is no fault. */
  Element answer(String operation) throws Xml.Refused {
    HttpAnswer answer = ask(operation);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return payload(answer);
  }

  /** What stands in the body. */
  static Element payload(HttpAnswer answer) throws Xml.Refused {
    Element envelope =
        Xml.read(answer.body().getBytes(StandardCharsets.UTF_8)).getDocumentElement();
    return Xml.children(Xml.child(envelope, "Body").orElseThrow()).getFirst();
  }

  /** Every element of a local name, in order. */
  static List<Element> all(Element within, String name) {
    var found = new ArrayList<Element>();
    var nodes = within.getElementsByTagNameNS("*", name);
    for (int i = 0; i < nodes.getLength(); i++) {
      found.add((Element) nodes.item(i));
    }
    return found;
  }

  static List<String> texts(Element within, String name) {
    return all(within, name).stream().map(Element::getTextContent).toList();
  }

  static String id(Element answer, String name) {
    assertThat(all(answer, name)).as(name).isNotEmpty();
    return all(answer, name).getFirst().getAttribute("Id");
  }

  static List<String> codes(Element answer) {
    return texts(answer, "ResponseCode");
  }

  /** Makes a message in a folder, and returns its id. */
  String message(String folder, String subject, String more) throws Xml.Refused {
    return id(
        answer(
            """
            <m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>%s</m:SavedItemFolderId>\
            <m:Items><t:Message><t:Subject>%s</t:Subject>%s</t:Message></m:Items></m:CreateItem>\
            """
                .formatted(distinguished(folder), subject, more)),
        "ItemId");
  }

  static String distinguished(String folder) {
    return "<t:DistinguishedFolderId Id=\"%s\"/>".formatted(folder);
  }

  static String itemIds(String... ids) {
    var text = new StringBuilder("<m:ItemIds>");
    for (String id : ids) {
      text.append("<t:ItemId Id=\"").append(id).append("\"/>");
    }
    return text.append("</m:ItemIds>").toString();
  }

  static String getItem(String shape, String... ids) {
    return "<m:GetItem><m:ItemShape><t:BaseShape>%s</t:BaseShape></m:ItemShape>%s</m:GetItem>"
        .formatted(shape, itemIds(ids));
  }

  /** GetStreamingEvents, for a minute. */
  static String streamingEvents(String... subscriptions) {
    var ids = new StringBuilder();
    for (String id : subscriptions) {
      ids.append("<t:SubscriptionId>").append(id).append("</t:SubscriptionId>");
    }
    return "<m:GetStreamingEvents><m:SubscriptionIds>%s</m:SubscriptionIds><m:ConnectionTimeout>1</m:ConnectionTimeout></m:GetStreamingEvents>"
        .formatted(ids);
  }

  /** FindItem, with what stands between the shape and the parents. */
  static String findItem(String folder, String view, String conditions) {
    return """
    <m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>\
    %s%s<m:ParentFolderIds>%s</m:ParentFolderIds></m:FindItem>\
    """
        .formatted(view, conditions, distinguished(folder));
  }
}
