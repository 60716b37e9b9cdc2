package dev.concordat.simulator.skype;

import dev.concordat.contracts.names.SipAddress;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.contracts.tokens.UserTokenClaims;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.outgoing.CallReport;
import dev.concordat.simulator.outgoing.Caller;
import dev.concordat.simulator.outgoing.HttpOut;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * What {@code Test-CsExStorageConnectivity} does (setup.md 1.4): finds the user's EWS by
 * Autodiscover, writes an item into the folder, reads it, and deletes it where that is asked for.
 */
public final class ExchangeStorageTest {

  private static final String MARKER = "Test-CsExStorageConnectivity";

  private final Caller caller;

  public ExchangeStorageTest(Caller caller) {
    this.caller = caller;
  }

  /** Where the item goes. */
  public enum Folder {
    /** The user's conversation history. */
    CONVERSATIONHISTORY("conversationhistory"),
    /** The inbox. */
    INBOX("inbox"),
    /** The archiving store, reached as the application itself. */
    DUMPSTER("recoverableitemspurges");

    private final String id;

    Folder(String id) {
      this.id = id;
    }
  }

  /** What came of it: the cmdlet's verdict, and each step. */
  public record Result(String verdict, boolean passed, List<CallReport.Step> steps) {}

  /** A step that failed. */
  private static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message);
    }
  }

  /**
   * Tests.
   *
   * @param autodiscoverUrl the SOAP Autodiscover of the user's domain
   */
  public Result run(SipAddress sip, Folder folder, boolean deleteItem, URI autodiscoverUrl)
      throws InterruptedException {
    var steps = new ArrayList<CallReport.Step>();
    String address = sip.address();
    UserClaims user = UserTokenClaims.forExchange(address, address, sip);
    try {
      String found =
          text(
              call("GetUserSettings", autodiscoverUrl, userSettings(address), user, steps),
              "Value");
      URI ews = URI.create(found);
      UserClaims forWhom = folder == Folder.DUMPSTER ? null : user;
      String subject = MARKER + " " + UUID.randomUUID();
      Element created =
          call(
              "CreateItem",
              ews,
              envelope(address, forWhom, create(folder, subject)),
              forWhom,
              steps);
      String item = attribute(created, "ItemId", "Id");
      Element read = call("GetItem", ews, envelope(address, forWhom, get(item)), forWhom, steps);
      if (!text(read, "Subject").equals(subject)) {
        throw new Failed("the item that was read is not the one that was written");
      }
      if (deleteItem) {
        call("DeleteItem", ews, envelope(address, forWhom, delete(item)), forWhom, steps);
      }
      return new Result("Test passed.", true, List.copyOf(steps));
    } catch (Failed | IllegalArgumentException e) {
      steps.add(new CallReport.Step("verdict", "failed", String.valueOf(e.getMessage())));
      return new Result("Test failed: " + e.getMessage(), false, List.copyOf(steps));
    }
  }

  private Element call(
      String operation,
      URI url,
      String body,
      @Nullable UserClaims user,
      List<CallReport.Step> steps)
      throws Failed, InterruptedException {
    CallReport report =
        caller.call(
            Caller.Call.to(
                new HttpOut.Request(
                    "POST", url, Map.of("Content-Type", "text/xml; charset=utf-8"), body, false),
                user));
    for (CallReport.Step step : report.steps()) {
      steps.add(new CallReport.Step(operation + " " + step.name(), step.outcome(), step.detail()));
    }
    if (!report.passed()) {
      throw new Failed(
          operation
              + ": "
              + (report.steps().isEmpty() ? "" : report.steps().getLast().detail())
              + Optional.ofNullable(report.headers().get("x-ms-diagnostics"))
                  .map(it -> ", " + it)
                  .orElse(""));
    }
    try {
      Element answer =
          Xml.read(report.body().getBytes(StandardCharsets.UTF_8)).getDocumentElement();
      var codes = answer.getElementsByTagNameNS("*", "ResponseCode");
      if (codes.getLength() > 0 && !codes.item(0).getTextContent().equals("NoError")) {
        throw new Failed(operation + ": " + codes.item(0).getTextContent());
      }
      return answer;
    } catch (Xml.Refused e) {
      throw new Failed(operation + ": what was answered is no XML");
    }
  }

  private static String text(Element answer, String name) throws Failed {
    var found = answer.getElementsByTagNameNS("*", name);
    if (found.getLength() == 0) {
      throw new Failed("the answer has no " + name);
    }
    return found.item(0).getTextContent();
  }

  private static String attribute(Element answer, String name, String attribute) throws Failed {
    var found = answer.getElementsByTagNameNS("*", name);
    if (found.getLength() == 0 || !(found.item(0) instanceof Element element)) {
      throw new Failed("the answer has no " + name);
    }
    return element.getAttribute(attribute);
  }

  private static String userSettings(String address) {
    return """
    <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
    xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover"><s:Header>\
    <a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion></s:Header><s:Body>\
    <a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>%s</a:Mailbox>\
    </a:User></a:Users><a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting>\
    </a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></s:Body>\
    </s:Envelope>\
    """
        .formatted(escaped(address));
  }

  private static String envelope(String address, @Nullable UserClaims user, String operation) {
    String impersonation =
        user == null
            ? "<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>%s</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>"
                .formatted(escaped(address))
            : "";
    return """
    <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
    xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" \
    xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header>\
    <t:RequestServerVersion Version="Exchange2013"/>%s</s:Header><s:Body>%s</s:Body>\
    </s:Envelope>\
    """
        .formatted(impersonation, operation);
  }

  private static String create(Folder folder, String subject) {
    return """
    <m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>\
    <t:DistinguishedFolderId Id="%s"/></m:SavedItemFolderId><m:Items><t:Message>\
    <t:ItemClass>IPM.Note.Microsoft.Conversation</t:ItemClass><t:Subject>%s</t:Subject>\
    <t:Body BodyType="Text">%s</t:Body></t:Message></m:Items></m:CreateItem>\
    """
        .formatted(folder.id, subject, MARKER);
  }

  private static String get(String item) {
    return "<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id=\"%s\"/></m:ItemIds></m:GetItem>"
        .formatted(escaped(item));
  }

  private static String delete(String item) {
    return "<m:DeleteItem DeleteType=\"HardDelete\"><m:ItemIds><t:ItemId Id=\"%s\"/></m:ItemIds></m:DeleteItem>"
        .formatted(escaped(item));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
