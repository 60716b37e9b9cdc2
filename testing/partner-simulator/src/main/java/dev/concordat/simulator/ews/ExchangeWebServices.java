package dev.concordat.simulator.ews;

import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.trust.Admission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * Exchange Web Services: reads a request's envelope, finds out whose mailbox it is about, and hands
 * it to its operation; with the response codes and faults of the product (EWS reference, types.xsd,
 * messages.xsd; ews.md 2, 3).
 */
public final class ExchangeWebServices {

  private static final System.Logger LOG = System.getLogger(ExchangeWebServices.class.getName());

  private final Mailboxes mailboxes;
  private final InstantSource clock;
  private final Map<String, Call.Operation> operations = new HashMap<>();
  private volatile Rules rules = new Rules(EwsSettings.configured());

  /** What settings lead to. */
  private record Rules(RequestCheck check, Budget budget) {
    Rules(EwsSettings settings) {
      this(settings.check(), new Budget(settings.requestsPerMinute()));
    }
  }

  public ExchangeWebServices(Mailboxes mailboxes, InstantSource clock) {
    this.mailboxes = mailboxes;
    this.clock = clock;
    FolderOperations.register(operations);
    ItemOperations.register(operations);
    operations.put("FindItem", FindItem::find);
    SyncOperations.register(operations);
    new Subscriptions(clock).register(operations);
    new DirectoryOperations(mailboxes).register(operations);
    UserConfigurations.register(operations);
    ImContactOperations.register(operations);
  }

  /**
   * Behaves otherwise from now on.
   *
   * @throws IllegalArgumentException if schemas are asked for that can't be read
   */
  public void govern(EwsSettings settings) {
    rules = new Rules(settings);
  }

  /** The operation that a request asks for, for whoever matches faults to it; empty if none. */
  public static Optional<String> operation(byte[] request) {
    return Xml.operation(request);
  }

  /** A fault that a whole request is answered with. */
  public static HttpAnswer fault(String code, String message, Map<String, String> values) {
    return Soap.fault(code, message, values);
  }

  /** Answers a request of somebody who was let in. */
  public HttpAnswer answer(byte[] request, Admission admission) {
    try {
      Element envelope = read(request);
      SchemaVersion version = version(envelope);
      Mailbox mailbox = mailbox(envelope, admission);
      Instant now = clock.instant();
      Duration wait = rules.budget().take(mailbox.guid(), now);
      if (!wait.isZero()) {
        throw EwsFault.serverBusy(wait.toMillis());
      }
      Element asked =
          Xml.child(envelope, "Body")
              .flatMap(body -> Xml.children(body).stream().findFirst())
              .orElseThrow(EwsFault::invalidRequest);
      Call.Operation operation = operation(asked, version);
      rules.check().check(asked);
      var call = new Call(asked, mailbox, version, now);
      return mailbox.alone(() -> perform(operation, call, request));
    } catch (EwsFault fault) {
      return answer(fault, request);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a request can't be answered", e);
      return Soap.fault(
          "ErrorInternalServerError",
          "An internal server error occurred. The operation failed.",
          Map.of());
    }
  }

  private static HttpAnswer perform(Call.Operation operation, Call call, byte[] request) {
    try {
      Response response = operation.perform(call);
      if (response instanceof Response.Streamed(var stream)) {
        return HttpAnswer.xml(200, "").followedBy(stream);
      }
      String name = call.operation().getLocalName();
      return HttpAnswer.xml(200, Soap.envelope(body -> response.write(body, name)));
    } catch (EwsFault fault) {
      return answer(fault, request);
    }
  }

  private static HttpAnswer answer(EwsFault fault, byte[] request) {
    String violation = fault.violation();
    if (violation == null) {
      return Soap.fault(fault.code(), String.valueOf(fault.getMessage()), fault.values());
    }
    Element at = fault.at();
    int[] position = at == null ? new int[] {1, 1} : Xml.position(request, Xml.number(at));
    return Soap.schemaFault(violation, position[0], position[1]);
  }

  private static Element read(byte[] request) throws EwsFault {
    try {
      Element envelope = Xml.read(request).getDocumentElement();
      if (!envelope.getLocalName().equals("Envelope")) {
        throw EwsFault.invalidRequest();
      }
      return envelope;
    } catch (Xml.Refused e) {
      throw EwsFault.schema(null, String.valueOf(e.getMessage()));
    }
  }

  /** Without a version the newest is meant (assumed): so some clients begin. */
  private static SchemaVersion version(Element envelope) throws EwsFault {
    Optional<String> given =
        Xml.at(envelope, "Header", "RequestServerVersion").map(it -> it.getAttribute("Version"));
    if (given.isEmpty()) {
      return SchemaVersion.NEWEST;
    }
    return SchemaVersion.of(given.get())
        .orElseThrow(
            () ->
                given.get().equals("Exchange2019")
                    ? EwsFault.invalidRequest()
                    : new EwsFault(
                        "ErrorInvalidServerVersion", "The specified server version is invalid."));
  }

  private Call.Operation operation(Element asked, SchemaVersion version) throws EwsFault {
    String name = asked.getLocalName();
    Call.Operation operation = operations.get(name);
    if (operation == null) {
      throw new EwsFault(
          "ErrorInvalidOperation",
          "The operation %s is not supported here.".formatted(Call.shortened(name)));
    }
    if (!version.knowsOperation(name)) {
      throw EwsFault.incorrectSchemaVersion();
    }
    return operation;
  }

  /**
   * Whose mailbox this is about: the user's that the token names, or the one that an application
   * impersonates by header, for which it needs a right. A user who names himself in the header, as
   * some clients do, may.
   */
  private Mailbox mailbox(Element envelope, Admission admission) throws EwsFault {
    Optional<Element> header =
        Xml.at(envelope, "Header", "ExchangeImpersonation", "ConnectingSID")
            .flatMap(it -> Xml.children(it).stream().findFirst());
    return switch (admission) {
      case Admission.ForUser(_, Mailbox mailbox) -> {
        if (header.isPresent() && impersonated(header.get()) != mailbox) {
          throw EwsFault.impersonationDenied();
        }
        yield mailbox;
      }
      case Admission.AppOnly(var application) -> {
        if (!application.holds("ArchiveApplication")) {
          throw EwsFault.impersonationDenied();
        }
        yield impersonated(header.orElseThrow(EwsFault::impersonationDenied));
      }
      case Admission.Refused _ -> throw EwsFault.impersonationDenied();
    };
  }

  private Mailbox impersonated(Element who) throws EwsFault {
    String name = who.getTextContent().strip();
    return switch (who.getLocalName()) {
      case "PrimarySmtpAddress", "SmtpAddress" ->
          mailboxes.find(name).orElseThrow(() -> EwsFault.nonExistentMailbox(name));
      case "PrincipalName" ->
          mailboxes
              .find(name)
              .orElseThrow(
                  () ->
                      new EwsFault(
                          "ErrorInvalidUserPrincipalName", "The user principal name is invalid."));
      case "SID" ->
          mailboxes
              .findBySid(name)
              .orElseThrow(
                  () ->
                      new EwsFault(
                          "ErrorInvalidUserSid", "The user security identifier is invalid."));
      default ->
          throw EwsFault.schema(
              who,
              "The element 'ConnectingSID' has invalid child element '%s'."
                  .formatted(Call.shortened(who.getLocalName())));
    };
  }
}
